//! The suite among the tests of a registry written in Rust: this would be `tests/conformance.rs`,
//! with `harness = false` in `Cargo.toml`.
//!
//! `cargo run --example embedded -- --list`, and whatever else `cargo test` takes.

use libtest_mimic::Arguments;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::registry::Registry;
use plimsoll::run::Settings;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::from_args();
    // Start the registry under test here; plimsoll's own stands in for it.
    let running = Registry::builder().spawn()?;
    let client = Client::over_network(ClientSettings::new(running.url()))?;
    let trials = plimsoll::libtest::trials(Settings::new(client, running.url()));
    libtest_mimic::run(&arguments, trials).exit()
}
