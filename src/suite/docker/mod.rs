//! Docker's older protocol, from which the distribution specification came.
