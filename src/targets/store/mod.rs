//! The two stores of the reference registry: whatever is asked, in whatever order, memory and disk
//! answer alike; and what is on the disk is the same when it is opened anew, and sound.

mod script;
mod world;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use tokio::runtime::Runtime;

use self::script::Script;
use crate::http::Failure;
use crate::http::HeaderMap;
use crate::http::Request;
use crate::http::Transport as _;
use crate::registry::Builder;
use crate::registry::Flush;
use crate::registry::InProcess;
use crate::registry::Registry;
use crate::registry::Time;
use crate::registry::verify_store;

/// Requests to both, and then to what is found on the disk.
pub(super) fn store(data: &[u8]) {
    let folder = Folder::default();
    let memory = builder().build().in_process();
    let disk = opened(&folder);
    let mut script = Script::new(data);
    while let Some(request) = script.next() {
        let answer = alike(&request, &memory, &disk);
        script.note(&answer);
    }
    drop(disk);
    let disk = opened(&folder);
    for request in script.everything() {
        // Only whether both say the same matters now.
        drop(alike(&request, &memory, &disk));
    }
    drop(disk);
    let health = verify_store(&folder.0).expect("nobody else has the folder");
    assert!(health.is_sound(), "{health:?}");
}

fn builder() -> Builder {
    Registry::builder().time(Time::Stepped)
}

fn opened(folder: &Folder) -> InProcess {
    let builder = builder().stored_in(&folder.0, Flush::Never);
    builder.expect("the folder is ours").build().in_process()
}

/// What was answered: status, headers and body.
type Answer = (u16, HeaderMap, Vec<u8>);

/// The answer of both to a request.
fn alike(request: &Request, memory: &InProcess, disk: &InProcess) -> Result<Answer, Failure> {
    let (held, kept) = (answer(request, memory), answer(request, disk));
    // What no folder can be named after is all that a disk may refuse.
    let is_too_long = held.is_ok() && kept.as_ref().is_ok_and(says_name_too_long);
    let shown = |answer: &Result<Answer, Failure>| match answer {
        Ok((status, headers, body)) => {
            format!("{status} {headers:?} {}", String::from_utf8_lossy(body))
        }
        Err(failure) => format!("{failure:?}"),
    };
    let (in_memory, on_disk) = (shown(&held), shown(&kept));
    assert!(
        in_memory == on_disk || is_too_long,
        "{} {} {:?}\nin memory: {in_memory}\non disk:   {on_disk}",
        request.method,
        request.url,
        request.headers,
    );
    held
}

fn says_name_too_long((status, _, body): &Answer) -> bool {
    let body = String::from_utf8_lossy(body);
    *status == 400 && body.contains("no folder can have a name this long")
}

fn answer(request: &Request, registry: &InProcess) -> Result<Answer, Failure> {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Runtime::new().expect("a runtime can be had"));
    let response = RUNTIME.block_on(registry.round_trip(request))?;
    assert!(response.status < 500, "{request:?}: {response:?}");
    Ok((response.status, response.headers, response.body.to_vec()))
}

/// A folder that no other run has, in memory where the system keeps files there; gone with this.
struct Folder(PathBuf);

impl Default for Folder {
    fn default() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let shared = PathBuf::from("/dev/shm");
        let parent = if shared.is_dir() {
            shared
        } else {
            std::env::temp_dir()
        };
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Relaxed));
        Self(parent.join(format!("plimsoll-target-{process}-{count}")))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_core::Rng as _;
    use rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn requests_of_chance_are_answered_alike() {
        for seed in 0..60 {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let mut data = [0; 240];
            random.fill_bytes(&mut data);
            // Where all are about one repository, more of what they ask for is there.
            for request in data.chunks_mut(5).filter(|_| seed % 2 == 0) {
                request[1] = 0;
            }
            println!("the seed is {seed}");
            store(&data);
        }
    }
}
