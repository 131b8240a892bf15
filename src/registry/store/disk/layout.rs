//! The index of the image layout that the store is for other tools: every tag of every repository,
//! as `repository:tag`. It is a copy, written when nothing has changed for a moment, and when the
//! store is closed.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use super::Shared;
use super::files;
use super::tree::Branch;
use super::tree::Tree;
use crate::oci::Reference;
use crate::oci::RepositoryName;
use crate::oci::media_type;

/// How long the store must be left alone before its index is written.
const PAUSE: Duration = Duration::from_secs(1);

/// How many times as long as writing the index takes nothing is written after it.
const REST: u32 = 20;

/// Writes the index in a thread of its own.
#[derive(Debug)]
pub(super) struct Writer {
    state: Arc<(Mutex<State>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    is_stale: bool,
    is_over: bool,
}

impl Writer {
    pub(super) fn start(shared: Arc<Shared>) -> io::Result<Self> {
        let state = Arc::<(Mutex<State>, Condvar)>::default();
        let own = Arc::clone(&state);
        let thread = thread::Builder::new().name("layout".to_owned());
        let thread = thread.spawn(move || keep(&shared, &own))?;
        Ok(Self {
            state,
            thread: Some(thread),
        })
    }

    /// Notes that something has changed.
    pub(super) fn note(&self) {
        let mut state = lock(&self.state.0);
        if !state.is_stale {
            state.is_stale = true;
            self.state.1.notify_all();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        lock(&self.state.0).is_over = true;
        self.state.1.notify_all();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the index whenever it is stale, until the store is closed.
fn keep(shared: &Shared, (state, changed): &(Mutex<State>, Condvar)) {
    let mut pause = PAUSE;
    let mut held = lock(state);
    loop {
        held = changed
            .wait_while(held, |it| !it.is_stale && !it.is_over)
            .unwrap_or_else(PoisonError::into_inner);
        if !held.is_over {
            held = changed
                .wait_timeout_while(held, pause, |it| !it.is_over)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        let (is_stale, is_over) = (std::mem::take(&mut held.is_stale), held.is_over);
        drop(held);
        if is_stale {
            let start = Instant::now();
            // It is a copy: what cannot be written now is written with the next change.
            drop(write(shared));
            pause = PAUSE.max(start.elapsed() * REST);
        }
        if is_over {
            return;
        }
        held = lock(state);
    }
}

/// Makes the folder one that is known as an image layout.
pub(super) fn mark(tree: &Tree) -> io::Result<()> {
    if !tree.layout().is_file() {
        fs::write(tree.layout(), r#"{"imageLayoutVersion":"1.0.0"}"#)?;
    }
    if !tree.index().is_file() {
        fs::write(tree.index(), index(&[]))?;
    }
    Ok(())
}

fn write(shared: &Shared) -> io::Result<()> {
    let mut manifests = Vec::new();
    for name in shared.names()? {
        let Ok(Some(repository)) = shared.get(&name) else {
            continue;
        };
        let index = repository.index();
        for (tag, digest) in index.all_tags() {
            let Some((_, manifest)) = index.manifest(&Reference::Digest(digest.clone())) else {
                continue;
            };
            manifests.push(json!({
                "mediaType": manifest.media_type,
                "digest": manifest.digests[0].to_string(),
                "size": manifest.bytes,
                "annotations": { "org.opencontainers.image.ref.name": format!("{name}:{tag}") },
            }));
        }
    }
    let path = shared.pool.scratch_path();
    let written = fs::write(&path, index(&manifests));
    let placed = written.and_then(|()| fs::rename(&path, shared.tree.index()));
    if placed.is_err() {
        // A part of it would take the room that there is not.
        drop(fs::remove_file(&path));
    }
    placed
}

fn index(manifests: &[Value]) -> String {
    let index = json!({
        "schemaVersion": 2,
        "mediaType": media_type::IMAGE_INDEX,
        "manifests": manifests,
    });
    format!("{index}\n")
}

/// The names of the repositories below `folder`.
pub(super) fn walk(folder: &Path, prefix: &str, names: &mut Vec<RepositoryName>) -> io::Result<()> {
    for path in files::entries(folder)? {
        let Some(part) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if part.starts_with('_') {
            continue;
        }
        let name = format!("{prefix}{part}");
        if Branch::at(path.clone()).is_there() {
            names.extend(name.parse());
        }
        walk(&path, &format!("{name}/"), names)?;
    }
    Ok(())
}
