"""Numbers: rationals, exact matrices, error-bounded floats, growing integers, arithmetic modulo a prime. No geometry."""
