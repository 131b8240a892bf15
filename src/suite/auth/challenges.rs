//! What a registry says to somebody who has shown nothing.

use crate::catalogue::auth::CHALLENGE_SENT;
use crate::check::Check;
use crate::check::Feature;
use crate::check::Section;
use crate::http::Method;
use crate::trial::Trial;
use crate::verdict::Outcome;

pub(crate) const SECTION: Section = Section {
    id: "auth/challenges",
    title: "What has to be shown",
    anchor: "",
    checks: &[Check {
        name: "challenge",
        title: "A 401 says what would have to be shown",
        covers: &[&CHALLENGE_SENT],
        needs: &[Feature::Login],
        run: challenge,
        ..Check::BASE
    }],
};

fn challenge(trial: &Trial<'_>) -> Outcome {
    for path in ["/v2/".to_owned(), trial.repository().path("tags/list")] {
        let answer = trial.ask(Method::GET, &path).anonymous().send()?;
        if answer.status() != 401 {
            continue;
        }
        let challenges = answer.header_values("www-authenticate");
        answer.proves(&CHALLENGE_SENT).that(
            challenges.iter().any(|it| !it.trim().is_empty()),
            "WWW-Authenticate with a challenge",
            "none",
        )?;
    }
    Ok(())
}
