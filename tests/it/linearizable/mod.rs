//! Many clients at once: whatever they do to a tag, a manifest or a blob, the reference registry
//! answers as if they had come one after another, from memory and from a disk.

mod client;
mod crowds;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Barrier;
use std::thread;

use plimsoll::linearizable::Operation;
use plimsoll::linearizable::Unexplained;
use plimsoll::linearizable::check;
use plimsoll::registry::Defect;
use plimsoll::registry::Flush;
use plimsoll::registry::Registry;

use client::Board;
use client::Client;

/// What the clients do follows from it; how they meet does not.
const SEED: u64 = 20_260_101;

/// How many clients there are.
const CLIENTS: u64 = 12;

/// How many requests each of them sends.
const STEPS: usize = 250;

/// How often clients may meet before a race that is there has shown itself.
const ROUNDS: u64 = 20;

/// What is one register: a tag, a manifest or a blob.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Tag(usize),
    Manifest(usize),
    Blob(usize),
}

/// What was done to each register.
type Histories = BTreeMap<Key, Vec<Operation<usize>>>;

/// Has a registry of each kind, with this seed.
fn on_each_store(test: impl Fn(SocketAddr)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = Registry::builder().stored_in(&folder.path().join("store"), Flush::Never);
    let disk = disk.expect("the folder is new");
    for (store, builder) in [("memory", Registry::builder()), ("disk", disk)] {
        println!("in {store}, with the seed {SEED}");
        let running = builder.spawn().expect("a free port on loopback");
        test(running.addr());
    }
}

/// What many clients do to a registry at once.
fn histories(address: SocketAddr, seed: u64) -> Histories {
    let board = Board::default();
    let start = Barrier::new(usize::try_from(CLIENTS).expect("they are few"));
    let mut all = Histories::new();
    thread::scope(|scope| {
        let (board, start) = (&board, &start);
        let clients = (0..CLIENTS).map(|number| {
            scope.spawn(move || {
                let mut client = Client::new(board, address, seed * 1_000 + number);
                start.wait();
                (0..STEPS).for_each(|_| client.step());
                client.done
            })
        });
        let clients: Vec<_> = clients.collect();
        for client in clients {
            for (key, operation) in client.join().expect("what it panicked for stands above") {
                all.entry(key).or_default().push(operation);
            }
        }
    });
    all
}

/// The registers whose histories no order explains.
fn unexplained(histories: &Histories) -> Vec<(&Key, Unexplained<usize>)> {
    let checked = histories.iter();
    let checked = checked.filter_map(|(key, history)| Some((key, check(None, history).err()?)));
    checked.collect()
}

/// What is wrong with a history, and its operations around that.
fn told(histories: &Histories, key: &Key, unexplained: &Unexplained<usize>) -> String {
    let (Unexplained::NoOrder { operation, .. } | Unexplained::TooMuch { operation }) = unexplained;
    let history = &histories[key];
    let mut order: Vec<usize> = (0..history.len()).collect();
    order.sort_unstable_by_key(|place| history[*place].begin);
    let at = order.iter().position(|it| it == operation).unwrap_or(0);
    let around = &order[at.saturating_sub(12)..order.len().min(at + 6)];
    let around = around
        .iter()
        .map(|place| format!("\n  {place}: {:?}", history[*place]));
    format!("{key:?}: {unexplained}{}", around.collect::<String>())
}

#[test]
fn what_clients_do_at_once_is_linearizable() {
    on_each_store(|address| {
        let histories = histories(address, SEED);
        let operations: usize = histories.values().map(Vec::len).sum();
        assert!(operations > 2_000, "only {operations} operations");
        let found: Vec<_> = unexplained(&histories)
            .iter()
            .map(|(key, why)| told(&histories, key, why))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}

/// The tags of whose histories one was not explained, with a registry that is wrong in this way.
fn is_found(name: &str) -> bool {
    let defect = Defect::named(name).expect("there is such a defect");
    (0..ROUNDS).any(|round| {
        let builder = Registry::builder().defect(defect);
        let running = builder.spawn().expect("a free port on loopback");
        let histories = histories(running.addr(), SEED + round);
        let found = unexplained(&histories);
        found.iter().any(|(key, why)| {
            matches!(key, Key::Tag(_)) && matches!(why, Unexplained::NoOrder { .. })
        })
    })
}

#[test]
fn a_deleted_tag_that_comes_back_is_found() {
    assert!(is_found("delete-of-newer-restores-older"));
}

#[test]
fn races_are_found() {
    assert!(is_found("tag-gone-while-moved"));
    assert!(is_found("tag-written-twice-under-push"));
    assert!(is_found("pushes-at-once-lose-tag"));
}
