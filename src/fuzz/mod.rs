//! The fuzzer: plans, what is made of them on the wire, and what no answer may do.

pub mod plan;

mod breach;
pub mod campaign;
mod case;
mod corpus;
mod dice;
mod draft;
mod finding;
mod fnv;
mod meaning;
mod minimise;
mod model;
mod mutation;
mod player;
mod profile;
mod replay;
mod rule;
mod seen;
mod stage;
mod wire;

pub use campaign::Campaign;
pub use corpus::BadCorpus;
pub use corpus::Corpus;
pub use dice::Dice;
pub use draft::Draft;
pub use finding::BadFinding;
pub use finding::Finding;
pub use finding::Tool;
pub use mutation::Change;
pub use mutation::Mutation;
pub use mutation::RAW;
pub use mutation::RawRequest;
pub use mutation::Stance;
pub use mutation::all as mutations;
pub use plan::Plan;
pub use plan::Step;
pub use profile::Profile;
pub use replay::Replay;
pub use replay::Replayed;
pub use replay::replay;
pub use rule::RULES;
pub use rule::Rule;
pub use rule::named as rule;
pub use wire::WireRequest;
