//! Terms as the flags of `plimsoll check` that bring them about, and as what tells runs apart.

use std::time::Duration;

use crate::run::Settings;

use super::TermsEntry;
use super::millis;

/// The name under which repositories are made unless told otherwise.
const NAMESPACE: &str = "plimsoll";

/// What the client does unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES: u32 = 3;

impl TermsEntry {
    /// The flags that say the same: names, each with its value where it takes one. What is so
    /// unless told otherwise has none, and neither have overrides.
    pub fn flags(&self) -> Vec<(&'static str, Option<String>)> {
        let mut flags = Vec::new();
        let mut each = |name, values: &[String]| {
            flags.extend(values.iter().map(|value| (name, Some(value.clone()))));
        };
        each("--only", &self.only);
        each("--skip", &self.skip);
        each("--groups", &self.groups);
        each("--level", self.level.as_slice());
        each("--require", &self.require);
        each("--without", &self.without);
        each("--repo", &self.repositories);
        let namespace = self.namespace.as_ref().filter(|name| *name != NAMESPACE);
        each("--namespace", namespace.cloned().as_slice());
        each("--tag", self.tag.as_slice());
        each("--manifest", self.manifest.as_slice());
        each("--blob", self.blob.as_slice());
        each("--rate", self.rate.as_slice());
        let switches = [("--heavy", self.heavy), ("--read-only", self.read_only)];
        let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
        flags.extend(switches.map(|(name, _)| (name, None)));
        flags.extend(self.numbers());
        flags
    }

    fn numbers(&self) -> impl Iterator<Item = (&'static str, Option<String>)> {
        let time = |millis: u64| format!("{millis}ms");
        let all = [
            ("--jobs", self.jobs.to_string(), self.jobs == Settings::JOBS),
            (
                "--settle",
                time(self.settle_ms),
                self.settle_ms == millis(Settings::SETTLE),
            ),
            (
                "--timeout",
                time(self.timeout_ms),
                self.timeout_ms == millis(TIMEOUT),
            ),
            (
                "--retries",
                self.retries.to_string(),
                self.retries == RETRIES,
            ),
        ];
        let told = all.into_iter().filter(|(_, _, is_usual)| !is_usual);
        told.map(|(name, value, _)| (name, Some(value)))
    }

    /// What has to be alike in runs that are parts of one, each with what it is here: what is
    /// judged, and by what. Which checks are selected counts where the parts are `shards`, of which
    /// each puts its own of them; others may have shared out the work by selecting.
    pub(in crate::run) fn alike(&self, shards: bool) -> Vec<(&'static str, String)> {
        let list = |words: &[String]| match words {
            [] => "none".to_owned(),
            words => words.join(", "),
        };
        let word = |word: Option<&String>| word.map_or("none".to_owned(), Clone::clone);
        let overrides: Vec<_> = self.overrides.iter().map(|it| format!("{it:?}")).collect();
        let mut all = vec![
            ("list of overrides", list(&overrides)),
            ("--require", list(&self.require)),
            ("--without", list(&self.without)),
            ("--repo", list(&self.repositories)),
            ("--read-only", self.read_only.to_string()),
            ("--tag", word(self.tag.as_ref())),
            ("--manifest", word(self.manifest.as_ref())),
            ("--blob", word(self.blob.as_ref())),
        ];
        if shards {
            all.extend([
                ("--only", list(&self.only)),
                ("--skip", list(&self.skip)),
                ("--level", word(self.level.as_ref())),
                ("--heavy", self.heavy.to_string()),
            ]);
        }
        all
    }

    /// The terms of a record that is made of several, as far as they are those of all.
    pub(in crate::run) fn of_all<'t>(
        mut terms: impl Iterator<Item = Option<&'t Self>>,
    ) -> Option<Self> {
        let first = terms.next()??;
        let is_same = |it: Option<&Self>| it.is_some_and(|it| it.alike(true) == first.alike(true));
        terms.all(is_same).then(|| first.clone())
    }
}
