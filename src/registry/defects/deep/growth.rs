//! Requests that cost more than they ask.

use super::Defect;
use super::Source;
use crate::catalogue::tag_list::FIRST_TAGS_SENT;
use crate::registry::seams::Operation::Tags;
use crate::registry::seams::Seam;

/// The most room that is made, in bytes: enough to be seen, and little enough to be harmless.
const ROOM: usize = 1 << 20;

/// The longest manifest that is taken where one that is longer is to be sent often, in bytes.
const SHORT: usize = 32 << 10;

pub(super) static DEFECTS: &[Defect] = &[LIST, MANIFEST];

const MANIFEST: Defect = Defect {
    name: "overlong-manifest-held-whole",
    title: "a manifest that is too long is read into memory to its end before it is refused",
    breaches: &[],
    source: Source::Cve("CVE-2017-11468"),
    seam: Seam::Settings(|settings| {
        settings.manifest_limit = SHORT;
        settings.manifest_hold = usize::MAX;
    }),
};

const LIST: Defect = Defect {
    name: "list-as-long-as-asked",
    title: "a list of tags has room for as many as are asked for, whether they are there or not",
    breaches: &[&FIRST_TAGS_SENT],
    source: Source::Cve("CVE-2023-2253"),
    seam: Seam::Layer(|visit| {
        let answer = visit.pass();
        let asked = visit.query("n").and_then(|n| n.parse::<usize>().ok());
        match asked.filter(|_| visit.is(&[Tags]) && answer.is(200)) {
            Some(asked) => {
                let room = vec![b' '; asked.min(ROOM)];
                let body = [&answer.body[..], &room].concat();
                answer.bytes(body)
            }
            None => answer,
        }
    }),
};
