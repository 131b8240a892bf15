//! The fuzzer: plans, what is made of them on the wire, and what no answer may do.

pub mod plan;

mod dice;
mod draft;
mod mutation;
mod wire;

pub use dice::Dice;
pub use draft::Draft;
pub use mutation::Change;
pub use mutation::Mutation;
pub use mutation::RAW;
pub use mutation::RawRequest;
pub use mutation::Stance;
pub use mutation::all as mutations;
pub use plan::Plan;
pub use plan::Step;
pub use wire::WireRequest;
