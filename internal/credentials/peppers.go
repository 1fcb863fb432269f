package credentials

import "slices"

// PepperUse counts accounts by the pepper of their PIN's hash.
type PepperUse struct {
	Newest   int64 // the one in use
	Older    int64 // another listed one
	Unmarked int64 // unknown, because the hash was made before hashes named their pepper
	Missing  int64 // one that is no longer listed: these PINs cannot be right any more
}

// AllMarked is called once every stored hash names its pepper. From then on, a PIN is compared under that one only, however many
// are listed.
func (h *PINHasher) AllMarked() { h.unmarked.Store(false) }

// Count counts an account by its hash.
func (h *PINHasher) Count(hash string, use *PepperUse) error {
	stored, err := parsePINHash(hash)
	if err != nil {
		return err
	}
	switch i := slices.IndexFunc(h.peppers, func(p pepper) bool { return p.id == stored.pepper }); {
	case stored.pepper == "":
		use.Unmarked++
	case i == 0:
		use.Newest++
	case i > 0:
		use.Older++
	default:
		use.Missing++
	}
	return nil
}
