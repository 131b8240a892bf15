//! How answers go over the wire.

use http::header;

use super::Variation;
use crate::http::Method;
use crate::registry::seams::Seam;
use crate::registry::tls::Tls;

pub(super) static VARIATIONS: &[Variation] = &[
    Variation {
        name: "answers-streamed",
        title: "answers are sent in chunks, without a length",
        needs_socket: true,
        seam: Seam::Layer(|visit| {
            let answer = visit.pass();
            if visit.call.method == Method::HEAD || answer.body.is_empty() {
                return answer;
            }
            answer.streamed()
        }),
        ..Variation::BASE
    },
    Variation {
        name: "connections-closed",
        title: "a connection takes one request",
        needs_socket: true,
        seam: Seam::Layer(|visit| visit.pass().with(header::CONNECTION, "close")),
        ..Variation::BASE
    },
    Variation {
        name: "large-bodies-unread",
        title: "what is too large is refused before it was read, and the connection cut",
        needs_socket: true,
        seam: Seam::Settings(|settings| settings.reads_excess = false),
        ..Variation::BASE
    },
    Variation {
        name: "http2",
        title: "the registry speaks TLS alone, and over it HTTP/2 with those who offer it",
        needs_socket: true,
        seam: Seam::Settings(|settings| {
            settings.tls.get_or_insert_with(of_loopback);
        }),
        ..Variation::BASE
    },
];

fn of_loopback() -> Tls {
    Tls::self_signed(&[]).expect("the names of loopback can stand in a certificate")
}
