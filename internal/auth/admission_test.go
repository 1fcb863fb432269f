package auth

import (
	"context"
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// busy returns an admission whose processors are all taken, so that all callers wait.
func busy() *admission { return newAdmission(0) }

// requireUnavailable fails the test unless err asks to try again.
func requireUnavailable(t require.TestingT, err error) {
	var refusal *ledger.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, CodeUnavailable, refusal.Code)
}

// press lets callers enter and queue, and returns the waiters and the number of refused callers.
func press(t require.TestingT, a *admission, callers []entrant) (served []*waiter, refused int) {
	for _, who := range callers {
		p, err := a.enter(who)
		if err != nil {
			requireUnavailable(t, err)
			refused++
			continue
		}
		a.queue(p)
		served = append(served, p)
	}
	return served, refused
}

// from returns callers at count addresses, which address derives from their index.
func from(into lane, count int, address func(i int) string) []entrant {
	callers := make([]entrant, count)
	for i := range callers {
		callers[i] = entrant{lane: into, networks: networksOf(address(i))}
	}
	return callers
}

// turnsBefore counts how many waiters are served until it is the given one's turn, if each hash ends at once.
func turnsBefore(t *testing.T, a *admission, p *waiter) int {
	t.Helper()
	for turns := 1; turns <= 512; turns++ {
		a.done()
		a.idle = 0
		select {
		case <-p.turn:
			return turns
		default:
		}
	}
	require.Fail(t, "the turn never came")
	return 0
}

// TestAFloodOfOneNetworkLeavesOthersTheirPlaces attacks from 10,000 addresses of one provider.
func TestAFloodOfOneNetworkLeavesOthersTheirPlaces(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for name, address := range map[string]func(i int) string{
		"an IPv6 /32":      func(i int) string { return fmt.Sprintf("2001:db8:%x::1", i) },
		"an IPv6 /48":      func(i int) string { return fmt.Sprintf("2001:db8:7:%x::1", i) },
		"an IPv4 /16":      func(i int) string { return fmt.Sprintf("198.51.%d.%d", i/256, i%256) },
		"an IPv4 /24":      func(i int) string { return fmt.Sprintf("198.51.100.%d", i%256) },
		"IPv4 inside IPv6": func(i int) string { return fmt.Sprintf("::ffff:198.51.100.%d", i%256) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := busy()
			attack, refused := press(t, a, from(signInLane, 10_000, address))
			require.LessOrEqual(t, len(attack), lanePlaces[signInLane]/4)
			customers, turnedAway := press(t, a, from(signInLane, 20, func(i int) string { return fmt.Sprintf("203.%d.113.9", i) }))
			require.Zero(t, turnedAway)
			turns := turnsBefore(t, a, customers[0])
			t.Logf("%s: of 10,000 attempts %d waited and %d were refused; 20 customers of other networks: 20 waited, 0 refused; the first served in turn %d",
				name, len(attack), refused, turns)
			require.LessOrEqual(t, turns, 2, "each network has its own queue")
		})
	}
}

// TestAFloodOfManyNetworksLeavesCustomersPlaces attacks from more and more networks, from 100 addresses of each.
func TestAFloodOfManyNetworksLeavesCustomersPlaces(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, networks := range []int{10, 50, 100} {
		a := busy()
		attack, refused := press(t, a, from(signInLane, 100*networks, func(i int) string {
			return fmt.Sprintf("%d.7.7.%d", 20+i%networks, i/networks)
		}))
		customer, turnedAway := press(t, a, from(signInLane, 1, func(int) string { return "203.0.113.9" }))
		require.Zero(t, turnedAway)
		turns := turnsBefore(t, a, customer[0])
		t.Logf("%d networks: of %d attempts %d waited and %d were refused; a customer waited, and was served in turn %d",
			networks, 100*networks, len(attack), refused, turns)
		require.LessOrEqual(t, turns, networks+1)
	}
}

// TestAKnownDeviceHasAPlaceWhateverTheFlood attacks sign-ins and openings from 10,000 addresses in as many networks, which is
// more than there are places.
func TestAKnownDeviceHasAPlaceWhateverTheFlood(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	a := busy()
	anywhere := func(i int) string { return fmt.Sprintf("%d.%d.7.7", 20+i/256, i%256) }
	attack, refused := press(t, a, from(signInLane, 10_000, anywhere))
	openings, alsoRefused := press(t, a, from(openingLane, 10_000, anywhere))
	require.Len(t, attack, lanePlaces[signInLane])
	require.Len(t, openings, lanePlaces[openingLane])
	_, turnedAway := press(t, a, from(signInLane, 1, func(int) string { return "203.0.113.9" }))
	require.Equal(t, 1, turnedAway, "this many networks fill the shared places")

	known := signingIn(Caller{Address: "203.0.113.9", Device: 100000000008}, 100000000008)
	place, turnedAway := press(t, a, []entrant{known})
	require.Zero(t, turnedAway)
	turns := turnsBefore(t, a, place[0])
	t.Logf("10,000 networks: %d sign-ins and %d openings waited, %d were refused; a known device waited, and was served in turn %d",
		len(attack), len(openings), refused+alsoRefused, turns)
	require.LessOrEqual(t, turns, len(laneTurns))

	_, err := a.enter(signingIn(Caller{Address: "203.0.113.9", Device: 100000000008}, 100000000016))
	requireUnavailable(t, err) // the device is not known to this account
}

// TestDevicesOfOwnAccountsDoNotFillThePlacesOfOthers attacks with the devices of accounts that the attacker has opened.
func TestDevicesOfOwnAccountsDoNotFillThePlacesOfOthers(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	a := busy()
	var attempts []entrant
	for i := range 10_000 {
		own := ledger.AccountNumber(200_000_000_000 + i%100)
		attempts = append(attempts, signingIn(Caller{Address: fmt.Sprintf("198.51.%d.%d", i/256, i%256), Device: own}, own))
	}
	press(t, a, attempts)
	require.LessOrEqual(t, a.lanes[knownLane].taken, lanePlaces[knownLane]/4)
	for range 2 * accountShare { // one account from anywhere
		press(t, a, []entrant{signingIn(Caller{Device: 300_000_000_000}, 300_000_000_000)})
	}
	require.Equal(t, accountShare, a.lanes[knownLane].accounts[300_000_000_000])
	p, err := a.enter(signingIn(Caller{Address: "203.0.113.9", Device: 100000000008}, 100000000008))
	require.NoError(t, err)
	require.Equal(t, knownLane, p.lane)
}

// TestNeitherSignInsNorOpeningsStarve checks that four sign-ins and one opening take turns, and that an empty lane's turns go
// to the others.
func TestNeitherSignInsNorOpeningsStarve(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	a := busy()
	here := func(int) string { return "127.0.0.1" }
	openings, _ := press(t, a, from(openingLane, 1000, here))
	require.Len(t, openings, lanePlaces[openingLane])
	signIns, refused := press(t, a, from(signInLane, lanePlaces[signInLane], here))
	require.Zero(t, refused, "openings do not take places from sign-ins")
	require.LessOrEqual(t, turnsBefore(t, a, signIns[0]), 2)
	require.LessOrEqual(t, turnsBefore(t, a, openings[2]), 3*len(laneTurns))
	require.LessOrEqual(t, turnsBefore(t, a, openings[63]), 192, "after the sign-ins, every turn goes to an opening")
}

// TestACallerWhoLeavesIsForgotten checks that a caller who leaves while waiting gives back the place, and the turn if it came at the
// same moment.
func TestACallerWhoLeavesIsForgotten(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	a := busy()
	p, err := a.enter(guest)
	require.NoError(t, err)
	require.ErrorIs(t, a.wait(gone, p), store.ErrUnavailable)
	a.leave(p)
	a.done()
	require.Equal(t, 1, a.idle, "no turn was given to a caller who had left")
	for range 100 { // whichever comes first, the turn is not lost
		p, err := a.enter(guest)
		require.NoError(t, err)
		if a.wait(gone, p) == nil {
			a.done()
		}
		a.leave(p)
		require.Equal(t, 1, a.idle)
	}
}

// TestAdmissionFollowsItsModel lets callers of all kinds come, leave, and be served at random. No caller overtakes another of
// the same network and lane, no place is lost, and a network that holds none is refused only when every place is taken.
func TestAdmissionFollowsItsModel(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		a := newAdmission(2)
		type line struct {
			lane lane
			wide netip.Prefix
		}
		waiting, running := map[line][]*waiter{}, []*waiter{}
		all := func() (count int) {
			for _, places := range waiting {
				count += len(places)
			}
			return count
		}
		t.Repeat(map[string]func(*rapid.T){
			"come": func(t *rapid.T) {
				who := entrant{
					lane:     lane(rapid.IntRange(0, int(laneCount)-1).Draw(t, "lane")),
					networks: networksOf(fmt.Sprintf("20.%d.%d.7", rapid.IntRange(0, 9).Draw(t, "wide"), rapid.IntRange(0, 9).Draw(t, "near"))),
					account:  ledger.AccountNumber(rapid.IntRange(1, 20).Draw(t, "account")),
				}
				into := &a.lanes[who.lane]
				mustFit := who.lane != knownLane && into.taken < lanePlaces[who.lane] && into.held[who.wide] == 0
				p, err := a.enter(who)
				if err != nil {
					require.False(t, mustFit, "a network that holds nothing was refused")
					return
				}
				a.queue(p)
				at := line{p.lane, p.wide}
				waiting[at] = append(waiting[at], p)
			},
			"be served": func(*rapid.T) {
				if len(running) == 0 {
					return
				}
				a.leave(running[0])
				a.done()
				running = running[1:]
			},
			"": func(t *rapid.T) {
				for at, places := range waiting {
					for len(places) > 0 {
						select {
						case <-places[0].turn:
							running, places = append(running, places[0]), places[1:]
							continue
						default:
						}
						break
					}
					for _, p := range places {
						select {
						case <-p.turn:
							t.Fatal("overtaken by a later caller")
						default:
						}
					}
					if waiting[at] = places; len(places) == 0 {
						delete(waiting, at)
					}
				}
				require.Equal(t, 2, a.idle+len(running))
				require.True(t, a.idle == 0 || all() == 0, "a processor idles while a caller waits")
				taken := 0
				for i := range a.lanes {
					require.LessOrEqual(t, a.lanes[i].taken, lanePlaces[i])
					taken += a.lanes[i].taken
				}
				require.Equal(t, len(running)+all(), taken)
			},
		})
	})
}

func TestNetworksOf(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for address, want := range map[string]string{
		"198.51.100.7": "198.51.100.0/24 198.51.0.0/16", "::ffff:198.51.100.7": "198.51.100.0/24 198.51.0.0/16",
		"2001:db8:7:9::1": "2001:db8:7::/48 2001:db8::/32", "fe80::1%eth0": "fe80::/48 fe80::/32",
		"127.0.0.1": "invalid Prefix invalid Prefix", "::1": "invalid Prefix invalid Prefix", "": "invalid Prefix invalid Prefix",
	} {
		n := networksOf(address)
		require.Equal(t, want, n.near.String()+" "+n.wide.String(), address)
	}
}
