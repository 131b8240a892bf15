//! Shards that run at once, shown together: from what each is known to do, to lines for a terminal.
//!
//! Where that is read it does not know. Nothing of it gets onto a line unescaped.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use super::clean;
use super::words;

/// After how long without a sign of life a shard is called silent.
const SILENT: Duration = Duration::from_secs(30);

/// How many groups of findings are shown.
const MOST_GROUPS: usize = 12;

/// What is known of a shard.
#[derive(Debug, Clone, Default)]
pub struct Shard {
    /// The name of its folder.
    pub folder: String,
    /// Which part it is, of how many, where that is known.
    pub part: Option<(u64, u64)>,
    /// What it does.
    pub state: State,
    /// How many plans it has played; of a run of checks, how many checks were put.
    pub done: u64,
    /// After how many plans the campaign ends, those of other shards included.
    pub of: Option<u64>,
    /// How long it has been playing, or was.
    pub elapsed: Duration,
    /// How long ago it last gave a sign of life.
    pub quiet: Duration,
    /// What it has found: signature and group, or check and verdict.
    pub found: BTreeMap<String, String>,
}

/// What a shard does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// It has a folder, and has said nothing yet.
    #[default]
    Begun,
    /// It asks what the registry has.
    Probing,
    /// It plays plans.
    Playing,
    /// Its results are there, and it came to its end.
    Done,
    /// Its results are there; what ended it before its end.
    Ended(String),
}

impl Shard {
    /// Whether its results are there.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Done | State::Ended(_))
    }

    /// Whether it ought to give signs of life, and gives none.
    fn is_silent(&self) -> bool {
        let is_heard = matches!(self.state, State::Probing | State::Playing);
        is_heard && self.quiet >= SILENT
    }

    #[expect(clippy::cast_precision_loss, reason = "for people")]
    fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds < 0.001 {
            return 0.0;
        }
        self.done as f64 / seconds
    }

    /// What stands first where there is no room for all: what needs a look.
    fn rank(&self) -> usize {
        match &self.state {
            _ if self.is_silent() => 0,
            State::Ended(_) => 1,
            State::Begun => 2,
            State::Probing => 3,
            State::Playing => 4,
            State::Done => 5,
        }
    }

    fn line(&self) -> String {
        let part = self.part;
        let part = part.map_or("?".to_owned(), |(part, of)| format!("{part}/{of}"));
        let quiet = || words::time(u64::try_from(self.quiet.as_millis()).unwrap_or(u64::MAX));
        let state = match &self.state {
            State::Begun => "begun, says nothing yet".to_owned(),
            State::Probing | State::Playing if self.is_silent() => {
                format!("silent for {}", quiet())
            }
            State::Probing => "probing".to_owned(),
            State::Playing => "playing".to_owned(),
            State::Done => "done".to_owned(),
            State::Ended(why) => format!("ended: {}", clean::line(why, 40)),
        };
        format!(
            "{part:>9}  {state:<24} {:>9} {:>7.1}/s {:>4} found  {}",
            self.done,
            self.rate(),
            self.found.len(),
            clean::line(&self.folder, 60)
        )
    }
}

/// How many shards there are, as far as they say so themselves.
fn of(shards: &[Shard]) -> u64 {
    let of = shards.iter().filter_map(|it| Some(it.part?.1)).max();
    of.unwrap_or(0)
}

/// Those of which nothing is there.
fn missing(shards: &[Shard]) -> u64 {
    let present: BTreeSet<u64> = shards.iter().filter_map(|it| Some(it.part?.0)).collect();
    of(shards).saturating_sub(present.len() as u64)
}

/// Whether every shard is there, and over.
pub fn is_over(shards: &[Shard]) -> bool {
    !shards.is_empty() && missing(shards) == 0 && shards.iter().all(Shard::is_over)
}

/// All of them in a line.
pub fn sentence(shards: &[Shard]) -> String {
    let count = |holds: fn(&Shard) -> bool| shards.iter().filter(|it| holds(it)).count();
    let states = [
        ("done", count(|it| it.state == State::Done)),
        (
            "ended before",
            count(|it| matches!(it.state, State::Ended(_))),
        ),
        ("running", count(|it| !it.is_over() && !it.is_silent())),
        ("silent", count(Shard::is_silent)),
        (
            "not there yet",
            usize::try_from(missing(shards)).unwrap_or(usize::MAX),
        ),
    ];
    let states: Vec<_> = states
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    if states.is_empty() {
        return "no shard has begun".to_owned();
    }
    let done = shards
        .iter()
        .fold(0_u64, |sum, it| sum.saturating_add(it.done));
    let most = shards.iter().filter_map(|it| it.of).max();
    let most = most.map_or(String::new(), |it| format!(" of {it}"));
    let running = shards.iter().filter(|it| !it.is_over() && !it.is_silent());
    // Not `sum`, which begins with -0.
    let rate = running.map(Shard::rate).fold(0.0, |sum: f64, it| sum + it);
    let found: BTreeSet<&str> = signatures(shards).map(|(signature, _)| signature).collect();
    format!(
        "shards: {}; {done}{most} played, {rate:.1}/s; {} found",
        states.join(", "),
        found.len()
    )
}

/// What all have found.
fn signatures(shards: &[Shard]) -> impl Iterator<Item = (&str, &str)> {
    let found = shards.iter().flat_map(|it| &it.found);
    found.map(|(signature, group)| (signature.as_str(), group.as_str()))
}

/// A line for each shard, for as many as there is room for, what was found by group, and all in a line.
pub fn page(shards: &[Shard], room: usize, width: usize) -> String {
    let mut order: Vec<&Shard> = shards.iter().collect();
    if order.len() > room {
        order.sort_by_key(|it| it.rank());
    }
    let mut lines = vec![format!(
        "{:>9}  {:<24} {:>9} {:>9} {:>10}  folder",
        "shard", "", "plans", "", ""
    )];
    lines.extend(order.iter().take(room).map(|it| it.line()));
    if let Some(rest) = order.len().checked_sub(room).filter(|rest| *rest > 0) {
        lines.push(format!(
            "{:>9}  and {}",
            "…",
            words::count(rest, "other shard")
        ));
    }
    lines.extend(groups(shards));
    lines.push(sentence(shards));
    let lines = lines.iter().map(|line| clean::line(line, width));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// What was found, by group: how many findings, in how many shards.
fn groups(shards: &[Shard]) -> Vec<String> {
    let mut groups: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for shard in shards {
        let own: BTreeSet<&str> = shard.found.values().map(String::as_str).collect();
        for group in own {
            groups.entry(group).or_default().1 += 1;
        }
    }
    for (signature, group) in signatures(shards) {
        groups.entry(group).or_default().0.insert(signature);
    }
    let mut rows: Vec<_> = groups.into_iter().collect();
    rows.sort_by_key(|(group, (_, shards))| (std::cmp::Reverse(*shards), *group));
    let rest = rows.len().saturating_sub(MOST_GROUPS);
    let shown = rows.iter().take(MOST_GROUPS);
    let mut lines: Vec<_> = shown
        .map(|(group, (found, shards))| {
            let found = words::count(found.len(), "finding");
            let shards = words::count(*shards, "shard");
            format!("  {}: {found} in {shards}", clean::line(group, 100))
        })
        .collect();
    if rest > 0 {
        lines.push(format!("  … and {}", words::count(rest, "other group")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(part: u64, of: u64, state: State) -> Shard {
        Shard {
            folder: format!("shard-{part}"),
            part: Some((part, of)),
            state,
            done: 100,
            of: Some(1000),
            elapsed: Duration::from_secs(10),
            ..Shard::default()
        }
    }

    #[test]
    fn what_shards_do_adds_up() {
        let mut shards = vec![
            shard(0, 5, State::Done),
            shard(1, 5, State::Playing),
            shard(2, 5, State::Playing),
            shard(3, 5, State::Ended("terminated".to_owned())),
        ];
        shards[2].quiet = Duration::from_secs(75);
        for place in [0, 1] {
            let found = &mut shards[place].found;
            found.insert("aa".to_owned(), "model: GET => 200".to_owned());
            found.insert(format!("b{place}"), "fault: PUT => 500".to_owned());
        }
        let page = page(&shards, 10, 120);
        for words in [
            "0/5  done",
            "1/5  playing",
            "2/5  silent for 1 min 15 s",
            "3/5  ended: terminated",
            "  fault: PUT => 500: 2 findings in 2 shards",
            "  model: GET => 200: 1 finding in 2 shards",
            "shards: 1 done, 1 ended before, 1 running, 1 silent, 1 not there yet; 400 of 1000 played, 10.0/s; 3 found",
        ] {
            assert!(page.contains(words), "{words}\n{page}");
        }
        assert!(!is_over(&shards));
        let whole: Vec<_> = (0..2).map(|part| shard(part, 2, State::Done)).collect();
        assert!(is_over(&whole) && !is_over(&whole[..1]) && !is_over(&[]));
        assert!(sentence(&whole).contains("2 done; 200 of 1000 played, 0.0/s"));
        assert_eq!(sentence(&[]), "no shard has begun");
    }

    #[test]
    fn where_there_is_no_room_for_all_what_needs_a_look_stands_first() {
        let mut shards: Vec<_> = (0..1000)
            .map(|it| shard(it, 1000, State::Playing))
            .collect();
        shards[999].quiet = Duration::from_secs(60);
        shards[998].state = State::Ended("bug".to_owned());
        let page = page(&shards, 3, 100);
        let lines: Vec<_> = page.lines().collect();
        assert_eq!(lines.len(), 6, "{page}");
        assert!(lines[1].contains("999/1000  silent"), "{page}");
        assert!(lines[2].contains("998/1000  ended: bug"), "{page}");
        assert!(lines[4].contains("and 997 other shards"), "{page}");
    }

    #[test]
    fn what_files_say_is_escaped_and_cut() {
        let mut shard = shard(0, 1, State::Ended("\u{1b}[2J\n".to_owned()));
        shard.folder = "\u{1b}]0;title\u{7}".repeat(100);
        let group = "\r\u{202e}".repeat(1000);
        shard.found.insert("\u{1b}".to_owned(), group);
        let page = page(&[shard], 10, 80);
        let is_plain = |it: char| it == '\n' || !it.is_control() && it != '\u{202e}';
        assert!(page.chars().all(is_plain), "{page:?}");
        assert!(
            page.lines().all(|line| line.chars().count() <= 81),
            "{page}"
        );
        assert_eq!(page.lines().count(), 4);
    }
}
