package auth

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// lane is a share of the places in which callers wait for a PIN to be hashed. A full lane does not affect the others.
type lane int

const (
	knownLane   lane = iota // for callers who have signed in to the same account before: see Caller.knows
	signInLane              // all other sign-ins, and PIN resets
	openingLane             // account openings, and their repeats
	laneCount
)

// lanePlaces limits how many callers wait in each lane; further ones are told to try again.
var lanePlaces = [laneCount]int{knownLane: 64, signInLane: 128, openingLane: 128}

// laneTurns is the order in which lanes are served while callers wait in all of them: four sign-ins, then an opening. An
// empty lane passes its turn on, so no processor idles.
var laneTurns = [...]lane{knownLane, signInLane, knownLane, signInLane, openingLane}

// A network may hold at most a fraction of what it leaves free. Alone, a provider's range (/16, /32) can hold a quarter of a
// lane and a site's range (/24, /48) an eighth. The more networks compete, the fewer places each can hold, so a network that
// holds none still finds one, no matter how many places a few others request.
const (
	wideShare = 3 // held <= a third of what is free
	nearShare = 7
	// accountShare limits the places of one account in knownLane, across all networks.
	accountShare = 4
)

// networks are the ranges of a client's address that share places. A loopback address, which the command line also uses, has
// none.
type networks struct {
	near, wide netip.Prefix
}

func networksOf(address string) networks {
	a, err := netip.ParseAddr(address)
	if a = a.Unmap().WithZone(""); err != nil || a.IsLoopback() {
		return networks{}
	}
	near, wide := 24, 16
	if a.Is6() {
		near, wide = 48, 32
	}
	return networks{near: netip.PrefixFrom(a, near).Masked(), wide: netip.PrefixFrom(a, wide).Masked()}
}

// entrant describes a caller who requests a place.
type entrant struct {
	lane lane
	networks
	account ledger.AccountNumber // in knownLane
}

// signingIn describes a caller who proves, or sets, an account's PIN.
func signingIn(caller Caller, number ledger.AccountNumber) entrant {
	e := entrant{lane: signInLane, networks: networksOf(caller.Address), account: number}
	if caller.knows(number) {
		e.lane = knownLane
	}
	return e
}

// opening describes a caller who opens an account.
func opening(caller Caller) entrant {
	return entrant{lane: openingLane, networks: networksOf(caller.Address)}
}

// waiter is a caller who has a place.
type waiter struct {
	entrant
	turn chan struct{} // closed when the caller's turn comes
}

// admission decides who may wait for a hash, and who is next. Each hash keeps a processor and its memory fully busy, so no
// more run at once than there are processors.
type admission struct {
	mu    sync.Mutex
	idle  int // processors
	turns int // given so far; the next one's lane follows from it
	lanes [laneCount]laneState
}

type laneState struct {
	taken    int
	held     map[netip.Prefix]int // the taken places, by near and by wide network
	accounts map[ledger.AccountNumber]int
	waiting  map[netip.Prefix][]*waiter // by wide network, in order of arrival
	order    []netip.Prefix             // the networks in waiting, the next to be served first
}

func newAdmission(processors int) *admission {
	a := &admission{idle: processors}
	for i := range a.lanes {
		a.lanes[i] = laneState{
			held: map[netip.Prefix]int{}, accounts: map[ledger.AccountNumber]int{}, waiting: map[netip.Prefix][]*waiter{},
		}
	}
	return a
}

// enter gives a caller a place in their lane, or in signInLane if knownLane does not admit them; leave takes it back. Callers
// enter before their attempt is counted, so a counted attempt is always carried out.
func (a *admission) enter(who entrant) (*waiter, error) {
	p := &waiter{entrant: who, turn: make(chan struct{})}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p.lane == knownLane && !a.lanes[knownLane].admits(p) {
		p.lane = signInLane
	}
	if l := &a.lanes[p.lane]; l.admits(p) {
		l.take(p, 1)
		return p, nil
	}
	return nil, refuse(CodeUnavailable, "Too many sign-ins at once. Try again shortly.")
}

func (l *laneState) admits(p *waiter) bool {
	free := lanePlaces[p.lane] - l.taken
	if p.lane == knownLane && l.accounts[p.account] >= accountShare {
		return false
	}
	if !p.near.IsValid() {
		return free > 0
	}
	return nearShare*l.held[p.near] < free && wideShare*l.held[p.wide] < free
}

// take takes a place, or with -1 gives it back.
func (l *laneState) take(p *waiter, one int) {
	l.taken += one
	addTo(l.held, p.near, one)
	addTo(l.held, p.wide, one)
	if p.lane == knownLane {
		addTo(l.accounts, p.account, one)
	}
}

// addTo removes keys whose count drops to 0, so that the map does not grow without bound.
func addTo[K comparable](counts map[K]int, key K, one int) {
	if counts[key] += one; counts[key] == 0 {
		delete(counts, key)
	}
}

func (a *admission) leave(p *waiter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lanes[p.lane].take(p, -1)
}

// wait returns nil when it is the caller's turn, which done ends, or an error when the caller has gone.
func (a *admission) wait(ctx context.Context, p *waiter) error {
	a.queue(p)
	select {
	case <-p.turn:
		return nil
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.lanes[p.lane].remove(p) { // the turn came at the same moment
		a.idle++
		a.serve()
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
}

func (a *admission) queue(p *waiter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := &a.lanes[p.lane]
	if len(l.waiting[p.wide]) == 0 {
		l.order = append(l.order, p.wide)
	}
	l.waiting[p.wide] = append(l.waiting[p.wide], p)
	a.serve()
}

func (a *admission) done() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.idle++
	a.serve()
}

// serve gives idle processors to the callers who are next. The caller holds mu.
func (a *admission) serve() {
	for a.idle > 0 {
		p := a.next()
		if p == nil {
			return
		}
		a.idle--
		close(p.turn)
	}
}

func (a *admission) next() *waiter {
	for range laneTurns {
		l := &a.lanes[laneTurns[a.turns%len(laneTurns)]]
		a.turns++
		if len(l.order) > 0 {
			return l.pop()
		}
	}
	return nil
}

// pop serves the next network's first waiter and moves the network to the end of the order.
func (l *laneState) pop() *waiter {
	network := l.order[0]
	p := l.waiting[network][0]
	l.order = append(l.order[1:], network)
	l.remove(p)
	return p
}

// remove removes a waiter from the queue and reports whether it was there.
func (l *laneState) remove(p *waiter) bool {
	line := l.waiting[p.wide]
	at := slices.Index(line, p)
	if at < 0 {
		return false
	}
	if line = slices.Delete(line, at, at+1); len(line) > 0 {
		l.waiting[p.wide] = line
		return true
	}
	delete(l.waiting, p.wide)
	l.order = slices.DeleteFunc(l.order, func(network netip.Prefix) bool { return network == p.wide })
	return true
}
