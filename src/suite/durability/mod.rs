//! What was acknowledged is there after a restart.
