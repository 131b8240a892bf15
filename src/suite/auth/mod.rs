//! Who comes, and how they show it: RFC 9110 and Docker's token authentication, which the distribution
//! specification leaves to registries.

pub(super) mod challenges;
pub(super) mod logins;
pub(super) mod mounts;
pub(super) mod tokens;
