package auth

// Policies are the settings that decide who may open accounts, handle cash and stay signed in.
type Policies struct {
	Openings          Openings
	Cash              Cash
	StaffSecondFactor bool
	Idle              IdleLimits
}

// Policies returns the settings of this service.
func (s *Service) Policies() Policies {
	return Policies{Openings: s.openings, Cash: s.cash, StaffSecondFactor: s.staffSecondFactor, Idle: s.idle}
}
