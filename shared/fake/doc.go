// Package fake holds stand-ins for the adapters that behave: they keep state, check conditions, page, replay what
// is idempotent, and fail when told to (Faults). Tests and the simulated world put them at the ports. What a fake
// promises is checked by the same suite that checks its adapter against the real service, where there is one.
//
// Nothing here looks at the clock or at chance: times come from a func given, ids are counted up, and lists come in
// a fixed order.
package fake
