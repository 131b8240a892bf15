//! One tag, several writers and readers.

use crate::catalogue::Requirement;
use crate::catalogue::concurrency::ACKNOWLEDGED_PUSH_KEPT;
use crate::catalogue::concurrency::RACED_ANSWERS_ORDERED;
use crate::catalogue::concurrency::RACED_PULL_MATCHED;
use crate::catalogue::concurrency::RACED_REQUEST_ANSWERED;
use crate::catalogue::tag_list::TAG_LIST_COMPLETE;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::check::Wants;
use crate::http::Method;
use crate::linearizable::Action;
use crate::oci::Digest;
use crate::oci::Tag;
use crate::trial::Answer;
use crate::trial::History;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::ManifestDoc;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::super::discovery::all_tags;
use super::super::threads::at_once;
use super::are_ordered;
use super::explained;
use super::is_answered;
use super::is_manifest;
use super::versions;
use super::with_last_read;
use super::with_late_deletes;
use super::written;

pub(crate) static SECTION: Section = Section {
    id: "concurrency/tags",
    title: "Tags that several clients write",
    anchor: "pushing-manifests",
    checks: &[
        Check {
            name: "moved-by-three",
            title: "A tag that three clients move while two pull it goes through one order of its manifests, and ends at a last one",
            covers: ALL,
            needs: &[Feature::Push],
            run: moved_by_three,
            ..Check::BASE
        },
        Check {
            name: "moved-and-deleted",
            title: "A tag that is moved and deleted at once is there or not as one order of both gives it",
            covers: ALL,
            needs: &[Feature::Push, Feature::TagDelete],
            run: moved_and_deleted,
            ..Check::BASE
        },
        Check {
            name: "listed-meanwhile",
            title: "Who lists tags while others are pushed and deleted finds each that stays once",
            covers: &[
                &TAG_LIST_COMPLETE,
                &ACKNOWLEDGED_PUSH_KEPT,
                &RACED_REQUEST_ANSWERED,
            ],
            needs: &[Feature::Push, Feature::TagDelete],
            wants: Wants::Quiet,
            run: listed_meanwhile,
            ..Check::BASE
        },
    ],
};

const ALL: &[&Requirement] = &[
    &ACKNOWLEDGED_PUSH_KEPT,
    &RACED_PULL_MATCHED,
    &RACED_ANSWERS_ORDERED,
    &RACED_REQUEST_ANSWERED,
];

/// A tag, what may be pushed under it, and what was done to it.
struct Contested<'t> {
    repository: Repository<'t>,
    tag: Tag,
    manifests: Vec<ManifestDoc>,
    history: History<usize>,
}

/// What a client does to the tag.
#[derive(Clone)]
enum Part {
    /// Pushes these, one after the other.
    Push(Vec<usize>),
    /// Deletes it so many times.
    Delete(usize),
    /// Pulls it so many times, by GET and HEAD in turns.
    Pull(usize),
}

impl<'t> Contested<'t> {
    fn new(trial: &'t Trial<'t>, count: usize) -> Result<Self, Stop> {
        let contested = Self {
            repository: trial.repository(),
            tag: trial.tag(),
            manifests: versions(trial, count)?,
            history: History::begin(),
        };
        let (tag, first) = (&contested.tag, &contested.manifests[0]);
        contested.repository.push_by_tag(tag, first)?;
        Ok(contested)
    }

    fn play(&self, parts: &[Part]) -> Outcome {
        at_once(parts, |part| match part {
            Part::Push(turns) => turns.iter().try_for_each(|turn| self.push(*turn)),
            Part::Delete(times) => (0..*times).try_for_each(|_| self.delete()),
            Part::Pull(times) => (0..*times).try_for_each(|turn| self.pull(turn)),
        })?;
        Ok(())
    }

    fn path(&self) -> String {
        format!("manifests/{}", self.tag)
    }

    fn push(&self, turn: usize) -> Outcome {
        let asking = self.repository.ask(Method::PUT, &self.path());
        let asking = asking.manifest(&self.manifests[turn]);
        let is_done = |answer: &Answer<'_>| answer.status() == 201 || answer.status() >= 500;
        let answer = self.history.ask(asking, |answer| {
            is_done(answer).then_some(Action::Write(turn))
        })?;
        is_answered(&answer)
    }

    /// That it was not there is not taken for more than it says: a delete before it may show late.
    fn delete(&self) -> Outcome {
        let asking = self.repository.ask(Method::DELETE, &self.path());
        let is_done = |answer: &Answer<'_>| answer.status() == 202 || answer.status() >= 500;
        let answer = self.history.ask(asking, |answer| {
            is_done(answer).then_some(Action::Delete { found: None })
        })?;
        is_answered(&answer)
    }

    fn pull(&self, turn: usize) -> Outcome {
        let method = [Method::GET, Method::HEAD][turn % 2].clone();
        let asking = self.repository.ask(method, &self.path());
        let answer = self.history.ask(asking, |answer| self.read(answer))?;
        is_answered(&answer)?;
        self.is_of_one(&answer)
    }

    /// What an answer shows of the tag, if it shows anything.
    fn read(&self, answer: &Answer<'_>) -> Option<Action<usize>> {
        match answer.status() {
            404 => Some(Action::Read(None)),
            200 => self.shown(answer).map(|turn| Action::Read(Some(turn))),
            _ => None,
        }
    }

    /// The manifest that a pull gave or, if it was a HEAD, named.
    fn shown(&self, answer: &Answer<'_>) -> Option<usize> {
        let is = |manifest: &ManifestDoc| {
            if !answer.question().starts_with("HEAD") {
                return manifest.bytes == *answer.bytes();
            }
            digest_in(answer).is_some_and(|digest| digest.matches(&manifest.bytes))
        };
        self.manifests.iter().position(is)
    }

    /// Demands that body, digest, type and length of a pull are of one manifest, or that there is none.
    fn is_of_one(&self, answer: &Answer<'_>) -> Outcome {
        if answer.status() != 200 {
            return Ok(());
        }
        let is_head = answer.question().starts_with("HEAD");
        let fits = match self.shown(answer) {
            Some(turn) => describes(answer, &self.manifests[turn], is_head),
            // Who names no digest has a HEAD tell too little.
            None => is_head && digest_in(answer).is_none(),
        };
        answer.proves(&RACED_PULL_MATCHED).that(
            fits,
            "body, Docker-Content-Digest, Content-Type and Content-Length of one of the manifests pushed",
            &told(answer),
        )?;
        Ok(())
    }

    /// Demands that each manifest whose push was answered 201 is there by its digest.
    fn keeps_all(&self) -> Outcome {
        for done in self.history.operations() {
            if let (Action::Write(turn), Some(_)) = (done.action, done.end) {
                let manifest = &self.manifests[turn];
                let row = &ACKNOWLEDGED_PUSH_KEPT;
                is_manifest(&self.repository, &manifest.digest, manifest, row)?;
            }
        }
        Ok(())
    }

    /// Demands that the tag ends at what one of the writes gives it that may have been the last.
    fn ends_well(&self, trial: &Trial<'_>) -> Outcome {
        let before = written(&self.history.operations());
        trial.eventually(|| {
            let answer = self.repository.get(&self.path())?;
            let seen = self.shown(&answer);
            let is_shown = answer.status() == 404 || seen.is_some();
            let (holds, actual) = explained(Some(0), &with_last_read(&before, seen));
            answer.proves(&ACKNOWLEDGED_PUSH_KEPT).that(
                holds && is_shown,
                "what one of the pushes or deletes left that may have been the last",
                &if is_shown { actual } else { told(&answer) },
            )?;
            Ok(())
        })
    }
}

fn digest_in(answer: &Answer<'_>) -> Option<Digest> {
    answer.header("docker-content-digest")?.parse().ok()
}

/// Whether the headers of an answer, as far as they are there, are those of a manifest.
fn describes(answer: &Answer<'_>, manifest: &ManifestDoc, is_head: bool) -> bool {
    let length = answer.header("content-length").unwrap_or_default();
    let media_type = answer.header("content-type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let is_other = |digest: Digest| !digest.matches(&manifest.bytes);
    let is_known = media_type.starts_with("application/vnd.oci.image.");
    !digest_in(answer).is_some_and(is_other)
        && (!is_known || media_type == manifest.media_type)
        && (!is_head || length.is_empty() || length == manifest.bytes.len().to_string())
}

fn told(answer: &Answer<'_>) -> String {
    let header = |name| answer.header(name).unwrap_or("none");
    format!(
        "{}, {} bytes, digest {}, type {}, length {}",
        answer.told(),
        answer.bytes().len(),
        header("docker-content-digest"),
        header("content-type"),
        header("content-length")
    )
}

fn moved_by_three(trial: &Trial<'_>) -> Outcome {
    let contested = Contested::new(trial, 10)?;
    let push = |turns: [usize; 3]| Part::Push(turns.to_vec());
    contested.play(&[
        push([1, 4, 7]),
        Part::Pull(8),
        push([2, 5, 8]),
        Part::Pull(8),
        push([3, 6, 9]),
    ])?;
    contested.ends_well(trial)?;
    contested.keeps_all()?;
    are_ordered(trial, Some(0), &contested.history.operations())
}

fn moved_and_deleted(trial: &Trial<'_>) -> Outcome {
    let contested = Contested::new(trial, 7)?;
    let push = |turns: [usize; 3]| Part::Push(turns.to_vec());
    contested.play(&[
        push([1, 3, 5]),
        Part::Delete(4),
        Part::Pull(8),
        push([2, 4, 6]),
    ])?;
    contested.ends_well(trial)?;
    // Nothing is deleted any more: what is pushed now stays.
    contested.push(1)?;
    contested.ends_well(trial)?;
    let settle = trial.world().settle;
    let operations = with_late_deletes(&contested.history.operations(), settle);
    are_ordered(trial, Some(0), &operations)
}

fn listed_meanwhile(trial: &Trial<'_>) -> Outcome {
    let (repository, manifests) = (trial.repository(), versions(trial, 1)?);
    let manifest = &manifests[0];
    let [kept, gone, new] = [(); 3].map(|()| (0..4).map(|_| trial.tag()).collect::<Vec<_>>());
    for tag in kept.iter().chain(&gone) {
        repository.push_by_tag(tag, manifest)?;
    }
    let pushed = at_once(0..3, |part| {
        match part {
            0 => return all_taken(&repository, &new, manifest),
            1 => gone.iter().try_for_each(|tag| {
                is_answered(&repository.delete(&format!("manifests/{tag}"))?)
            })?,
            _ => (0..5).try_for_each(|_| has_each(trial, &kept, &TAG_LIST_COMPLETE))?,
        }
        Ok(Vec::new())
    })?;
    has_each(trial, &kept, &TAG_LIST_COMPLETE)?;
    has_each(trial, &pushed.concat(), &ACKNOWLEDGED_PUSH_KEPT)
}

/// Pushes a manifest under each of these tags; those that were taken.
fn all_taken(
    repository: &Repository<'_>,
    tags: &[Tag],
    manifest: &ManifestDoc,
) -> Result<Vec<Tag>, Stop> {
    let mut taken = Vec::new();
    for tag in tags {
        let answer = repository.put_manifest(tag, manifest)?;
        is_answered(&answer)?;
        if answer.status() == 201 {
            taken.push(tag.clone());
        }
    }
    Ok(taken)
}

/// Demands that the list has each of these tags once.
fn has_each(trial: &Trial<'_>, tags: &[Tag], requirement: &'static Requirement) -> Outcome {
    let list = all_tags(&trial.repository())?;
    let times = |tag: &Tag| list.iter().filter(|it| *it == tag.as_str()).count();
    let wrong = tags.iter().find(|tag| times(tag) != 1);
    let actual = wrong.map(|tag| format!("{tag} {} times in a list of {}", times(tag), list.len()));
    trial.judge(
        requirement,
        wrong.is_none(),
        "each tag that was there before, and is not deleted, once in the list",
        actual.unwrap_or_default(),
    )
}
