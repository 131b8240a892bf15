//! The seams at which the registry can be made to differ, so that its handlers stay clean: a layer
//! around requests and answers, one in front of the store, one around who is let in, and one behind
//! where tokens are to be had. Another way is a setting.
//!
//! What differs stands in the tables of defects and variations. This module knows none of them.

mod behind;
mod desk;
mod door;
mod edit;
mod manifest;
mod memory;
mod operation;
mod plain;
mod upload;
mod visit;

pub(crate) use behind::Behind;
pub(crate) use behind::StoreSeam;
pub(crate) use desk::DeskSeam;
pub(crate) use door::DoorSeam;
pub(crate) use door::Knock;
pub(crate) use memory::Memory;
pub(crate) use operation::Operation;
pub(crate) use plain::Plain;
pub(crate) use visit::Visit;

use std::sync::Arc;

use super::answer::Answer;
use super::settings::Settings;
use super::store::Store;

/// Where and how the registry differs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seam {
    /// Around every request: it sees the request, may pass it on, changed or not, any number of
    /// times, and makes the answer.
    Layer(fn(&Visit<'_>) -> Answer),
    /// The same, where what makes the difference can come only over a socket.
    Wire(fn(&Visit<'_>) -> Answer),
    /// In front of the store.
    Store(StoreSeam),
    /// In what the registry offers, and in its bounds.
    Settings(fn(&mut Settings)),
    /// Around who is let in, where the registry asks.
    Door(DoorSeam),
    /// In what is answered to those who ask for a token.
    Desk(DeskSeam),
}

/// A layer around requests, with what it remembers between them.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) around: fn(&Visit<'_>) -> Answer,
    pub(crate) memory: Arc<Memory>,
}

/// What seams come to.
pub(crate) struct Applied {
    /// The store, behind whatever stands in front of it.
    pub(crate) store: Arc<dyn Store>,
    /// What stands around the handlers, outermost first.
    pub(crate) layers: Vec<Layer>,
    /// What stands around the door, innermost first.
    pub(crate) doors: Vec<DoorSeam>,
    /// What stands behind where tokens are to be had, innermost first.
    pub(crate) desks: Vec<DeskSeam>,
}

/// Applies `seams` to a registry in the making, the first of them innermost.
pub(crate) fn apply(seams: &[Seam], settings: &mut Settings, mut store: Arc<dyn Store>) -> Applied {
    let mut layers = Vec::new();
    let mut doors = Vec::new();
    let mut desks = Vec::new();
    for seam in seams {
        match seam {
            Seam::Layer(around) | Seam::Wire(around) => layers.push(Layer {
                around: *around,
                memory: Arc::default(),
            }),
            Seam::Store(seam) => store = Arc::new(Behind::new(*seam, store)),
            Seam::Settings(change) => change(settings),
            Seam::Door(seam) => doors.push(*seam),
            Seam::Desk(seam) => desks.push(*seam),
        }
    }
    layers.reverse();
    Applied {
        store,
        layers,
        doors,
        desks,
    }
}
