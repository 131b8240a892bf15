//! The way to a subject: inside this process where that will do, else over loopback.

use std::sync::Arc;

use crate::catalogue::Version;
use crate::http::Client;
use crate::http::ClientSettings;
use crate::http::Login;
use crate::http::Secret;
use crate::registry::InProcess;
use crate::registry::Running;
use crate::registry::guarded;
use crate::trial::Restart;
use crate::trial::Second;

use super::Subject;

/// The way to a subject, which lives as long as it.
pub(super) enum Way {
    Inside(Arc<InProcess>),
    Outside(Running),
}

impl Way {
    /// Starts a subject that speaks this version of the specification.
    pub(super) fn to(subject: &Subject, version: Version) -> Self {
        let registry = subject.registry(version);
        if subject.needs_socket() {
            return Self::Outside(registry.spawn().expect("loopback has a free port"));
        }
        Self::Inside(Arc::new(registry.build().in_process()))
    }

    /// Scheme, host and port.
    pub(super) fn url(&self) -> String {
        match self {
            Self::Inside(_) => InProcess::URL.to_owned(),
            Self::Outside(running) => running.url(),
        }
    }

    /// What a client of it is told.
    pub(super) fn settings(&self) -> ClientSettings {
        let trusted = match self {
            Self::Inside(_) => None,
            Self::Outside(running) => running.tls().map(|tls| tls.certificate().into()),
        };
        ClientSettings {
            ca_certs: trusted.into_iter().collect(),
            credentials: Login::Password {
                username: "plimsoll".to_owned(),
                password: Secret::new("plimsoll"),
            },
            ..ClientSettings::new(self.url())
        }
    }

    /// The second user of a registry that has two.
    pub(super) fn second(&self) -> Second {
        let (username, password) = guarded::SECOND;
        let settings = ClientSettings {
            credentials: Login::Password {
                username: username.to_owned(),
                password: Secret::new(password),
            },
            ..self.settings()
        };
        let namespace = guarded::NAMESPACE_OF_SECOND.parse();
        Second {
            client: Arc::new(self.client(settings)),
            namespace: namespace.expect("one word is a name"),
        }
    }

    /// How it can be made to end and to start again: inside this process.
    pub(super) fn restart(&self) -> Option<Restart> {
        let Self::Inside(transport) = self else {
            return None;
        };
        let transport = Arc::clone(transport);
        Some(Restart::by(move || {
            transport.restart();
            Ok(())
        }))
    }

    /// A client of it.
    pub(super) fn client(&self, settings: ClientSettings) -> Client {
        let client = match self {
            Self::Inside(transport) => {
                Client::in_process(Arc::<InProcess>::clone(transport), settings)
            }
            Self::Outside(_) => Client::over_network(settings),
        };
        client.expect("these settings are valid")
    }
}
