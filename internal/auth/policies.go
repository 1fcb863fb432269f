package auth

// Policies are the settings that decide who gets in and who may handle cash.
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
