//! A vendor's own section, beside plimsoll's suite: what a registry promises beyond the
//! specification.
//!
//! `cargo run --example own_check -- http://127.0.0.1:5000`

use plimsoll::catalogue::support::API_SUPPORT_CONFIRMED;
use plimsoll::check::Check;
use plimsoll::check::Section;
use plimsoll::http::Client;
use plimsoll::http::ClientSettings;
use plimsoll::http::Method;
use plimsoll::run::Control;
use plimsoll::run::Gating;
use plimsoll::run::Settings;
use plimsoll::run::gating;

/// Our own promises.
static SECTIONS: &[&Section] = &[&Section {
    id: "example/ping",
    title: "What our registry promises of /v2/",
    anchor: "determining-support",
    checks: &[Check {
        name: "says-its-version",
        title: "GET /v2/ names the protocol's version in a header",
        covers: &[&API_SUPPORT_CONFIRMED],
        run: |trial| {
            let answer = trial.ask(Method::GET, "/v2/").send()?;
            answer
                .proves(&API_SUPPORT_CONFIRMED)
                .status(&[200])?
                .header("docker-distribution-api-version", "registry/2.0")?;
            Ok(())
        },
        ..Check::BASE
    }],
}];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args()
        .nth(1)
        .ok_or("give the URL of a registry")?;
    let client = Client::over_network(ClientSettings::new(&url))?;
    let settings = Settings::new(client, &url);
    let record = plimsoll::run::run(settings, SECTIONS, &Control::default(), &());
    for check in &record.checks {
        println!("{:11} {}", check.verdict, check.id);
    }
    match gating(&record) {
        Gating::Passed => Ok(()),
        Gating::Violated => Err("a promise is broken".into()),
        Gating::NothingRan => Err("nothing ran".into()),
    }
}
