//! Plans: any bytes are one, and none finds the sound registry at fault.
//!
//! What fails here is a mistake of the reference registry, or of the model and the rules that judge
//! it.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::catalogue::Version;
use crate::fuzz::Plan;
use crate::fuzz::Profile;
use crate::fuzz::broken_by;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::registry::InProcess;
use crate::registry::Registry;
use crate::run::Control;
use crate::run::Repositories;
use crate::run::Settings;

/// How many plans one registry gets: what it holds must not grow without end.
const PLANS: u64 = 500;

/// A registry, and how many plans it has had.
struct Subject {
    client: Arc<Client>,
    plans: u64,
}

/// Bytes are a plan, which is its own bytes again, and breaks nothing.
pub(super) fn plan(data: &[u8]) {
    let plan = Plan::from_bytes(data);
    let bytes = plan.to_bytes();
    let bytes = bytes.expect("what came from bytes can be bytes");
    assert_eq!(Plan::from_bytes(&bytes), plan);
    let (client, number) = next();
    let namespace = format!("target/p{number}");
    let broken = broken_by(&plan, &client, &PROFILE, InProcess::URL, &namespace);
    assert!(broken.is_empty(), "{broken:?}: {plan:?}");
}

/// The registry for the next plan, and the number of that.
fn next() -> (Arc<Client>, u64) {
    static SUBJECT: Mutex<Option<Subject>> = Mutex::new(None);
    let mut subject = SUBJECT.lock().unwrap_or_else(PoisonError::into_inner);
    if subject.as_ref().is_none_or(|it| it.plans >= PLANS) {
        *subject = None;
    }
    let subject = subject.get_or_insert_with(|| Subject {
        client: Arc::new(client()),
        plans: 0,
    });
    subject.plans += 1;
    (Arc::clone(&subject.client), subject.plans)
}

/// What the registry has: it is asked once.
static PROFILE: LazyLock<Profile> = LazyLock::new(|| {
    let mut settings = Settings::new(client(), InProcess::URL.to_owned());
    settings.world.spec = Version::V1_2;
    settings.repositories = Repositories::fresh("target");
    settings.jobs = 1;
    settings.keep = true;
    Profile {
        features: crate::run::features(settings, &Control::default()),
        ..Profile::of(Version::V1_2)
    }
});

/// A client of a registry of its own.
fn client() -> Client {
    let transport = Registry::builder().spec(Version::V1_2).build().in_process();
    let settings = ClientSettings {
        retries: 0,
        ..ClientSettings::new(InProcess::URL)
    };
    Client::in_process(Arc::new(transport), settings).expect("these settings are valid")
}
