//! Whether what several clients did to one register at the same time can be put into an order.
//!
//! A history is linearizable if each of its operations can be taken to have happened at one moment
//! between its begin and its end, so that everybody was answered what a register is that does one
//! thing after another (Herlihy and Wing, "Linearizability: a correctness condition for concurrent
//! objects", 1990). The search is Wing and Gong's ("Testing and verifying concurrent objects", 1993)
//! in the form in which operations are put into their place no earlier than an end demands it, and
//! no configuration is looked at twice (Lowe, "Testing for linearizability", 2017).
//!
//! What a register is, where its values come from and what its clients speak is not known here.

mod register;
mod search;

#[cfg(test)]
mod tests;

pub use register::Action;
pub use register::Condition;
pub use search::Unexplained;
pub use search::check;

/// Something that a client did to a register, which holds a value or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation<V> {
    /// When it was begun, in any unit, by a clock that all clients share and that never goes back.
    pub begin: u64,
    /// When its answer was there, by the same clock. `None` if there was no answer, so that nobody knows
    /// whether it was done, and if so when; what it says of its outcome does not count then.
    pub end: Option<u64>,
    /// What it was, and what it was answered.
    pub action: Action<V>,
}
