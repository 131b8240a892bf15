//! Bytes as requests: a few numbers for each.

use std::slice::Chunks;

use super::Answer;
use super::world::BLOBS;
use super::world::REPOSITORIES;
use super::world::TAGS;
use super::world::THINGS;
use super::world::Thing;
use crate::http::Failure;
use crate::http::HeaderName;
use crate::http::HeaderValue;
use crate::http::Method;
use crate::http::Request;
use crate::oci::Algorithm;
use crate::registry::InProcess;

/// How many bytes a request is made of: what it is, the repository, the thing, and two ways to vary it.
const WIDTH: usize = 5;

/// The most requests of an input.
const MOST: usize = 48;

/// What some requests say of where a chunk begins, a read goes, or a tag must lead.
const RANGES: [&str; 6] = ["0-1", "0-15", "2-9", "16-20", "7-3", "x"];

/// Requests from bytes, and the uploads that they have opened.
pub(super) struct Script<'a> {
    numbers: Chunks<'a, u8>,
    uploads: Vec<Upload>,
    /// What the request that is under way adds to an upload: which, and what.
    adds: Option<(usize, Vec<u8>)>,
}

struct Upload {
    location: String,
    content: Vec<u8>,
}

impl<'a> Script<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let data = &data[..data.len().min(MOST * WIDTH)];
        Self {
            numbers: data.chunks(WIDTH),
            uploads: Vec::new(),
            adds: None,
        }
    }

    /// The next request.
    pub(super) fn next(&mut self) -> Option<Request> {
        self.adds = None;
        let mut numbers = [0; WIDTH];
        let given = self.numbers.next()?;
        numbers[..given.len()].copy_from_slice(given);
        let [kind, repository, thing, way, more] = numbers.map(usize::from);
        let asked = Asked {
            repository: REPOSITORIES[repository % REPOSITORIES.len()],
            thing: &THINGS[thing % THINGS.len()],
            way,
            more,
        };
        Some(match kind % 16 {
            0 => asked.open(),
            1 => asked.single(),
            2 => asked.mount(),
            3..=4 => self.chunk(&asked),
            5..=6 => self.close(&asked),
            7 => self.look(&asked),
            8..=10 => asked.push(),
            11 => asked.pull("manifests"),
            12 => asked.pull("blobs"),
            13 => asked.delete(),
            14 => asked.list(),
            _ => asked.odd(given),
        })
    }

    /// Takes in what the last request was answered.
    pub(super) fn note(&mut self, answer: &Result<Answer, Failure>) {
        let Ok((202, headers, _)) = answer else {
            return;
        };
        if let Some((upload, content)) = self.adds.take() {
            self.uploads[upload].content.extend(content);
        } else if let Some(Ok(location)) = headers.get("location").map(HeaderValue::to_str) {
            self.uploads.push(Upload {
                location: location.to_owned(),
                content: Vec::new(),
            });
        }
    }

    fn upload(&self, asked: &Asked<'_>) -> Option<usize> {
        asked
            .repository
            .len()
            .checked_add(asked.more)?
            .checked_rem(self.uploads.len())
    }

    fn chunk(&mut self, asked: &Asked<'_>) -> Request {
        let Some(upload) = self.upload(asked) else {
            return asked.open();
        };
        let content = asked.thing.bytes.clone();
        let start = self.uploads[upload].content.len();
        let mut request = request(Method::PATCH, &self.uploads[upload].location);
        if asked.way % 3 == 1 {
            let end = (start + content.len()).saturating_sub(1);
            request = with(request, "content-range", &format!("{start}-{end}"));
        } else if asked.way % 3 == 2 {
            request = with(request, "content-range", RANGES[asked.way % RANGES.len()]);
        }
        request.body = content.clone().into();
        self.adds = Some((upload, content));
        request
    }

    /// Ends an upload with the digest that it should have, or with another.
    fn close(&mut self, asked: &Asked<'_>) -> Request {
        let Some(upload) = self.upload(asked) else {
            return asked.open();
        };
        let upload = &self.uploads[upload];
        let last: &[u8] = if asked.way & 1 == 0 {
            b""
        } else {
            &asked.thing.bytes
        };
        let algorithm = Algorithm::ALL[asked.way >> 1 & 1];
        let digest = if asked.way % 16 == 15 {
            asked.thing.digest(false)
        } else {
            algorithm.digest(&[&upload.content, last].concat())
        };
        let target = format!("{}?digest={digest}", upload.location);
        let mut request = request(Method::PUT, &target);
        request.body = last.to_vec().into();
        request
    }

    fn look(&self, asked: &Asked<'_>) -> Request {
        let Some(upload) = self.upload(asked) else {
            return asked.list();
        };
        let is_cancel = asked.way.is_multiple_of(4);
        let method = if is_cancel {
            Method::DELETE
        } else {
            Method::GET
        };
        request(method, &self.uploads[upload].location)
    }

    /// Requests for all that there can be.
    pub(super) fn everything(&self) -> Vec<Request> {
        let mut targets: Vec<String> = Vec::new();
        for repository in REPOSITORIES {
            targets.push(format!("/v2/{repository}/tags/list"));
            for tag in TAGS {
                targets.push(format!("/v2/{repository}/manifests/{tag}"));
            }
            for (thing, is_long) in THINGS.iter().flat_map(|it| [(it, false), (it, true)]) {
                let digest = thing.digest(is_long);
                for kind in ["manifests", "blobs", "referrers"] {
                    targets.push(format!("/v2/{repository}/{kind}/{digest}"));
                }
            }
        }
        targets.extend(self.uploads.iter().map(|it| it.location.clone()));
        targets.iter().map(|it| request(Method::GET, it)).collect()
    }
}

/// What the numbers of a request stand for.
struct Asked<'a> {
    repository: &'a str,
    thing: &'a Thing,
    way: usize,
    more: usize,
}

impl Asked<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/v2/{}/{rest}", self.repository)
    }

    fn tag(&self) -> &'static str {
        TAGS[self.more % TAGS.len()]
    }

    /// A tag, or a digest by one of the algorithms.
    fn reference(&self) -> String {
        match self.way % 4 {
            0 | 1 => self.tag().to_owned(),
            way => self.thing.digest(way == 3).to_string(),
        }
    }

    fn open(&self) -> Request {
        let query = ["", "?digest-algorithm=sha512", "?digest-algorithm=md5"];
        let query = query[self.way % query.len()];
        request(Method::POST, &self.path(&format!("blobs/uploads/{query}")))
    }

    fn single(&self) -> Request {
        let digest = self.thing.digest(self.way & 1 == 1);
        let target = self.path(&format!("blobs/uploads/?digest={digest}"));
        let mut request = request(Method::POST, &target);
        request.body = self.thing.bytes.clone().into();
        if self.way % 8 == 7 {
            request.body = b"other".as_slice().into();
        }
        request
    }

    fn mount(&self) -> Request {
        let digest = self.thing.digest(self.way & 1 == 1);
        let from = match self.more % 7 {
            0 => String::new(),
            more => format!("&from={}", REPOSITORIES[more % REPOSITORIES.len()]),
        };
        let target = self.path(&format!("blobs/uploads/?mount={digest}{from}"));
        request(Method::POST, &target)
    }

    fn push(&self) -> Request {
        let parameters = match self.way & 8 {
            0 => String::new(),
            _ => format!("?tag={}&tag=latest", self.tag()),
        };
        let target = self.path(&format!("manifests/{}{parameters}", self.reference()));
        let request = request(Method::PUT, &target);
        let mut request = with(request, "content-type", self.thing.media_type);
        if self.way & 16 != 0 {
            let other = &THINGS[BLOBS + self.way % (THINGS.len() - BLOBS)];
            let condition = format!("\"{}\"", other.digest(false));
            let condition = if self.way & 32 != 0 { "*" } else { &condition };
            request = with(request, "if-match", condition);
        }
        request.body = self.thing.bytes.clone().into();
        request
    }

    fn pull(&self, kind: &str) -> Request {
        let method = if self.way & 4 == 0 {
            Method::GET
        } else {
            Method::HEAD
        };
        let mut request = request(method, &self.path(&format!("{kind}/{}", self.reference())));
        if self.way & 8 != 0 {
            let range = RANGES[self.more % RANGES.len()];
            request = with(request, "range", &format!("bytes={range}"));
        }
        if self.way & 16 != 0 {
            request = with(
                request,
                "if-none-match",
                &format!("\"{}\"", self.thing.digest(false)),
            );
        }
        request
    }

    fn delete(&self) -> Request {
        let kind = if self.way & 4 == 0 {
            "manifests"
        } else {
            "blobs"
        };
        request(
            Method::DELETE,
            &self.path(&format!("{kind}/{}", self.reference())),
        )
    }

    fn list(&self) -> Request {
        let target = match self.way % 4 {
            0 => "tags/list".to_owned(),
            1 => format!("tags/list?n={}&last={}", self.way / 4, self.tag()),
            way => {
                let digest = self.thing.digest(way == 3);
                let filter = ["", "?artifactType=application/vnd.example"][self.more & 1];
                format!("referrers/{digest}{filter}")
            }
        };
        request(Method::GET, &self.path(&target))
    }

    /// Any method on any few bytes.
    fn odd(&self, given: &[u8]) -> Request {
        let methods = [
            Method::GET,
            Method::PUT,
            Method::POST,
            Method::PATCH,
            Method::DELETE,
        ];
        let method = methods[self.way % methods.len()].clone();
        let text = String::from_utf8_lossy(given);
        let mut request = request(method, &self.path(&format!("{text}/{}", self.tag())));
        request.body = self.thing.bytes.clone().into();
        request
    }
}

fn request(method: Method, target: &str) -> Request {
    Request::new(method, format!("{}{target}", InProcess::URL))
}

fn with(mut request: Request, name: &'static str, value: &str) -> Request {
    let value = HeaderValue::from_str(value).expect("nothing odd stands in it");
    request.headers.insert(HeaderName::from_static(name), value);
    request
}
