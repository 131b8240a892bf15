//! What people attach to images: signatures, SBOMs and attestations, from the push to the verification.
