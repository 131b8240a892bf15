//! The reference registry: the whole API of the 1.2 draft, in memory.
//!
//! It is the baseline of the suite and of the fuzzer, so it must be right, and it must be
//! independent: it shares with them the words of the wire (`oci`) and the shape of a request
//! (`http`), and knows neither checks nor rules.
//!
//! A request takes this way: [`Route`] says what its path names, [`Auth`] lets it in if there is any, the
//! body is read within the bounds of [`Settings`], a handler makes the answer or a refusal out of what the store holds, and the
//! server writes it. Handlers are plain functions; only the two ends of the way are asynchronous.
//!
//! It can be told to be wrong in one way of the table of [`Defect`]s, or lawfully different in one
//! way of the table of [`Variation`]s. They come in at seams, one around requests, one around who is let in, and one in
//! front of the store, so that the handlers know nothing of them.
//!
//! Over a socket, `operations` may count and log what comes, for those who run it.

mod answer;
mod app;
mod auth;
mod body;
mod call;
mod clock;
mod collect;
mod defects;
mod edge;
mod error;
pub mod guarded;
mod handlers;
mod header;
mod holding;
mod in_process;
mod intake;
mod listen;
mod namespace;
mod operations;
pub(crate) mod percent;
mod pieces;
pub(crate) mod query;
mod reading;
mod route;
mod running;
mod seams;
mod server;
mod settings;
mod store;
mod tls;
mod variations;
mod warnings;
mod wire;

#[cfg(test)]
mod tests;

pub use auth::Action;
pub use auth::Auth;
pub use auth::BadGlob;
pub use auth::BadHtpasswd;
pub use auth::BadRights;
pub use auth::HtpasswdFlaw;
pub use auth::Rights;
pub use auth::RightsFlaw;
pub use auth::Users;
pub use auth::WeakKey;
pub use clock::STEP;
pub use clock::Time;
pub use collect::Collect;
pub use collect::Collected;
pub use defects::Defect;
pub use defects::Source;
pub use in_process::InProcess;
pub use namespace::BadNamespace;
pub use namespace::Namespace;
pub use operations::Log;
pub use operations::LogForm;
pub use operations::NoAdmin;
pub use operations::UnknownLogForm;
pub use route::Route;
pub use running::Running;
pub use server::Builder;
pub use server::Registry;
pub use settings::Excess;
pub use settings::Optional;
pub use settings::Settings;
pub use store::Flush;
pub use store::Health;
pub use store::OpenError;
pub use store::UnknownFlush;
pub use store::verify_store;
pub use tls::Tls;
pub use tls::TlsError;
pub use variations::Variation;
pub use warnings::BadWarning;
pub use warnings::Warnings;
