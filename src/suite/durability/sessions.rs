//! Upload sessions across a restart: they may be gone, but not be wrong.

use crate::catalogue::Version;
use crate::catalogue::durability::RESTARTED_PUSH_ACCEPTED;
use crate::catalogue::durability::RESTARTED_SESSION_MATCHED;
use crate::check::Check;
use crate::check::Section;
use crate::oci::StoredRange;
use crate::trial::Session;
use crate::trial::Trial;
use crate::trial::content::Blob;
use crate::trial::content_range;
use crate::verdict::Outcome;
use crate::verdict::Stop;

use super::RESTARTED;
use super::is_blob;
use super::is_taken;
use super::is_whole_or_absent;

pub(crate) static SECTION: Section = Section {
    id: "durability/sessions",
    title: "Upload sessions across a restart",
    anchor: "pushing-a-blob-in-chunks",
    checks: &[
        Check {
            name: "resumed",
            title: "A session that is there after a restart goes on where its status says",
            covers: &[&RESTARTED_SESSION_MATCHED, &RESTARTED_PUSH_ACCEPTED],
            run: resumed,
            ..RESTARTED
        },
        Check {
            name: "closed",
            title: "A session that takes its end after a restart closes to the blob, and otherwise to nothing",
            covers: &[&RESTARTED_SESSION_MATCHED, &RESTARTED_PUSH_ACCEPTED],
            run: closed,
            ..RESTARTED
        },
    ],
};

/// A session that holds the first part of a blob.
struct Begun<'t> {
    session: Session<'t>,
    blob: Blob,
    sent: usize,
}

fn begun<'t>(trial: &'t Trial<'t>) -> Result<Begun<'t>, Stop> {
    let mut session = trial.repository().open_session()?;
    let unit = session.chunk_len().max(20_000);
    let blob = trial.blob(3 * unit);
    session.push_chunk(0, &blob.bytes[..unit])?;
    session.push_chunk(unit, &blob.bytes[unit..2 * unit])?;
    Ok(Begun {
        session,
        blob,
        sent: 2 * unit,
    })
}

fn resumed(trial: &Trial<'_>) -> Outcome {
    if trial.spec() < Version::V1_1 {
        return Err(Stop::Skipped("1.0 has no upload status".to_owned()));
    }
    let mut begun = begun(trial)?;
    trial.restart()?;
    if let Some(stands_at) = stands_at(&mut begun)? {
        goes_on(trial, &begun, stands_at)?;
    }
    // Whoever is told that it is gone begins anew.
    is_taken(&trial.repository(), &begun.blob)
}

/// Where the session says that it stands, in bytes; `None` if it is gone, or says nothing that can be read.
fn stands_at(begun: &mut Begun<'_>) -> Result<Option<usize>, Stop> {
    let status = begun.session.status()?;
    let demand = status.proves(&RESTARTED_SESSION_MATCHED);
    demand.that(
        status.status() == 204 || status.is_client_error(),
        "204, or 404 where the session did not outlive the restart",
        &status.told(),
    )?;
    if status.status() != 204 {
        return Ok(None);
    }
    if let Some(url) = status.location() {
        begun.session.url = url;
    }
    let range = status.header("range").unwrap_or_default();
    let places = 0..=begun.sent;
    let stored = places
        .rev()
        .find(|it| StoredRange::of_len(*it as u64).is_some_and(|it| it.to_string() == range));
    let says_more = range.parse::<StoredRange>().is_ok() && stored.is_none();
    status.proves(&RESTARTED_SESSION_MATCHED).that(
        !says_more,
        &format!("a Range that ends at byte {} or before", begun.sent - 1),
        &format!("Range: {range}"),
    )?;
    Ok(stored)
}

/// Demands that the session goes on at this byte, and closes to the blob. It may have been given up meanwhile.
fn goes_on(trial: &Trial<'_>, begun: &Begun<'_>, stands_at: usize) -> Outcome {
    let mut session = begun.session.clone();
    let (row, rest) = (&RESTARTED_SESSION_MATCHED, &begun.blob.bytes[stands_at..]);
    let patched = session.patch(stands_at, rest).send()?;
    if patched.status() == 404 {
        return Ok(());
    }
    patched.proves(row).status(&[202])?;
    session.follow(&patched)?;
    let put = session.put(&begun.blob.digest).send()?;
    put.proves(row).status(&[201])?;
    is_blob(&trial.repository(), &begun.blob, row)
}

fn closed(trial: &Trial<'_>) -> Outcome {
    let begun = begun(trial)?;
    let Begun {
        session,
        blob,
        sent,
    } = &begun;
    trial.restart()?;
    let repository = trial.repository();
    let path = format!("blobs/{}", blob.digest);
    is_whole_or_absent(&repository.get(&path)?, &blob.bytes)?;
    let last = &blob.bytes[*sent..];
    let close = session.put(&blob.digest).body(last.to_vec());
    let range = content_range(*sent, last.len());
    let put = close.header("content-range", &range).send()?;
    put.proves(&RESTARTED_SESSION_MATCHED).that(
        put.status() == 201 || put.is_client_error(),
        "201, or 404 where the session did not outlive the restart",
        &put.told(),
    )?;
    if put.status() == 201 {
        return is_blob(&repository, blob, &RESTARTED_SESSION_MATCHED);
    }
    is_whole_or_absent(&repository.get(&path)?, &blob.bytes)?;
    is_taken(&repository, blob)
}
