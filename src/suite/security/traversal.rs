//! Names that lead upwards or elsewhere: to files of the machine, or to where nothing is to be stored.
//!
//! That they are no names, and that no client's mistake is a server's error, is asked where the
//! specification says so. Nothing here is deleted, and what is sent would be harmless where it lands.

use crate::catalogue::security::TRAVERSAL_REFUSED;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Asking;
use crate::trial::Repository;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::answer_if_any;

pub(crate) const SECTION: Section = Section {
    id: "security/traversal",
    title: "Names that lead elsewhere",
    anchor: "",
    checks: &[
        Check {
            name: "files",
            title: "no path leads to a file of the machine",
            covers: &[&TRAVERSAL_REFUSED],
            run: files,
            ..Check::BASE
        },
        Check {
            name: "uploads",
            title: "an upload whose id leads elsewhere is none, and nothing is stored",
            covers: &[&TRAVERSAL_REFUSED],
            needs: &[Feature::Push],
            run: uploads,
            ..Check::BASE
        },
    ],
};

/// A step upwards, in the ways in which it is hidden.
const STEPS: [&str; 7] = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%5c",
    "%252e%252e%252f",
    "..%c0%af",
];

/// Enough steps to come out of any folder.
const DEPTH: usize = 12;

/// The file that every system with users has.
const FILE: &str = "etc/passwd";

/// How its first line goes on behind the name: the user and the group with all rights.
const LINE: [&str; 2] = ["root:", ":0:0:"];

fn files(trial: &Trial<'_>) -> Outcome {
    let name = trial.repository().name().to_string();
    let paths = STEPS.map(|step| {
        let last = if step.contains("%5c") {
            "etc%5cpasswd"
        } else {
            FILE
        };
        let up = format!("{}{last}", step.repeat(DEPTH));
        places(&name, &up)
    });
    let absolute = [
        "%2fetc%2fpasswd",
        "%2fetc%2fpasswd%00",
        "file:%2f%2f%2fetc%2fpasswd",
    ];
    let absolute = absolute.map(|path| places(&name, path));
    for path in paths.into_iter().chain(absolute).flatten() {
        let answer = answer_if_any(trial.ask(Method::GET, &path))?;
        let body = answer.map(|answer| answer.bytes().clone());
        let text = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
        let is_file = LINE.iter().all(|part| text.contains(part));
        trial.judge(
            &TRAVERSAL_REFUSED,
            !is_file,
            "a refusal",
            format!("a file of the machine to GET {path}"),
        )?;
    }
    Ok(())
}

/// The places of a path in which something is named.
fn places(name: &str, odd: &str) -> [String; 6] {
    [
        format!("/v2/{odd}"),
        format!("/v2/{odd}/tags/list"),
        format!("/v2/{name}/manifests/{odd}"),
        format!("/v2/{name}/blobs/{odd}"),
        format!("/v2/{name}/blobs/sha256:{odd}"),
        format!("/v2/{name}/blobs/uploads/{odd}"),
    ]
}

fn uploads(trial: &Trial<'_>) -> Outcome {
    let (repository, blob) = (trial.repository(), trial.blob(64));
    // So that the repository is there.
    repository.open_session()?;
    let word = format!("plimsoll-{}", trial.stream().word(12));
    if is_any_taken(&repository, &word, &blob)? {
        let reason = "uploads are taken that nobody opened, whatever their id";
        return Err(Stop::Skipped(reason.to_owned()));
    }
    let ids = [
        format!("..%2f..%2f..%2f..%2f{word}"),
        format!("%2e%2e%2f%2e%2e%2f{word}"),
        format!("..%5c..%5c{word}"),
        format!("%2ftmp%2f{word}"),
        format!("{word}%00"),
        "..".to_owned(),
        "%2e%2e".to_owned(),
    ];
    for id in &ids {
        for asking in pushes(&repository, id, &blob) {
            let Some(answer) = answer_if_any(asking)? else {
                continue;
            };
            answer.proves(&TRAVERSAL_REFUSED).that(
                !answer.is_success(),
                "a refusal",
                &format!("{} to {}", answer.summary(), answer.question()),
            )?;
        }
    }
    Ok(())
}

/// Whether an upload is taken that nobody opened, and whose id is an ordinary one.
fn is_any_taken(repository: &Repository<'_>, id: &str, blob: &Blob) -> Result<bool, Stop> {
    for asking in pushes(repository, id, blob) {
        if answer_if_any(asking)?.is_some_and(|answer| answer.is_success()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The requests that push a blob to an upload of this id.
fn pushes<'t>(repository: &Repository<'t>, id: &str, blob: &Blob) -> [Asking<'t>; 2] {
    let rest = format!("blobs/uploads/{id}");
    let of_blob = |method| repository.ask(method, &rest).blob(blob);
    [
        of_blob(Method::PATCH),
        of_blob(Method::PUT).query("digest", &blob.digest.to_string()),
    ]
}
