//! JSON bodies: manifests, descriptors, errors.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::grammar;
use super::is_short;
use super::text;
use crate::oci::BadManifest;
use crate::oci::Descriptor;
use crate::oci::ErrorBody;
use crate::oci::ErrorCode;
use crate::oci::Manifest;

/// A manifest: the first line is its content type, which an empty one lacks; the rest is the body.
pub(super) fn manifest(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let (line, body) = data.split_at(end.map_or(0, |at| at + 1));
    let content_type = text(line)
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    match Manifest::read(body, content_type) {
        Ok(manifest) => {
            is_what_it_says(&manifest, body);
            is_read_alike(&manifest, body, content_type);
        }
        Err(BadManifest::Json(reason)) => assert!(reason.len() <= body.len() * 8 + 200, "{reason}"),
        Err(bad) => is_short(&bad, &String::from_utf8_lossy(data)),
    }
}

fn is_what_it_says(manifest: &Manifest, body: &[u8]) {
    let is_list = manifest.kind.is_list();
    assert!(
        manifest
            .kind
            .media_type()
            .eq_ignore_ascii_case(&manifest.media_type)
    );
    assert_eq!(manifest.config.is_some(), !is_list);
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    assert_eq!(value["schemaVersion"], 2);
    let lists = [
        ("manifests", &manifest.manifests, is_list),
        ("layers", &manifest.layers, !is_list),
    ];
    for (key, read, counts) in lists {
        let members = value[key].as_array().filter(|_| counts);
        let members = members.map(Vec::as_slice).unwrap_or_default();
        assert_eq!(read.len(), members.len());
        for (descriptor, member) in read.iter().zip(members) {
            describes(descriptor, member);
        }
    }
    let config = manifest
        .config
        .as_ref()
        .map(|config| (config, &value["config"]));
    let subject = manifest
        .subject
        .as_ref()
        .map(|subject| (subject, &value["subject"]));
    for (descriptor, member) in config.into_iter().chain(subject) {
        describes(descriptor, member);
    }
    assert_eq!(manifest.subject.is_none(), value["subject"].is_null());
    assert_eq!(
        manifest.artifact_type.as_deref(),
        value["artifactType"].as_str()
    );
}

/// The same with blanks around it and with a stranger in it; and nothing with a byte order mark.
fn is_read_alike(manifest: &Manifest, body: &[u8], content_type: Option<&str>) {
    let start = body
        .iter()
        .position(|byte| *byte == b'{')
        .expect("it is an object")
        + 1;
    let stranger = [&body[..start], b"\"\\u0000\":[{}, null],", &body[start..]].concat();
    for same in [[b" \r\n", body, b"\t "].concat(), stranger] {
        assert_eq!(Manifest::read(&same, content_type).as_ref(), Ok(manifest));
    }
    for other in [[b"\xef\xbb\xbf", body].concat(), [body, b"\0"].concat()] {
        assert!(Manifest::read(&other, content_type).is_err());
    }
}

/// A descriptor.
pub(super) fn descriptor(data: &[u8]) {
    let Ok(descriptor) = serde_json::from_slice::<Descriptor>(data) else {
        return;
    };
    let written = serde_json::to_vec(&descriptor).expect("a descriptor is JSON");
    let again = serde_json::from_slice::<Descriptor>(&written).expect("it was written by us");
    assert_eq!(again, descriptor);
    let is_known = grammar::is_known_digest(&descriptor.digest);
    assert_eq!(descriptor.digest().is_ok(), is_known);
    if let Ok(value) = serde_json::from_slice(data) {
        describes(&descriptor, &value);
    }
}

fn describes(descriptor: &Descriptor, value: &Value) {
    assert_eq!(value["digest"], descriptor.digest.as_str());
    assert_eq!(value["size"], descriptor.size);
    let media_type = value["mediaType"].as_str();
    assert_eq!(media_type.unwrap_or_default(), descriptor.media_type);
    assert_eq!(
        value["artifactType"].as_str(),
        descriptor.artifact_type.as_deref()
    );
    assert_eq!(value["data"].as_str(), descriptor.data.as_deref());
    let urls = value["urls"].as_array().map_or(0, Vec::len);
    assert_eq!(urls, descriptor.urls.len());
    let annotations = value["annotations"].as_object();
    let read = descriptor.annotations.as_ref();
    assert_eq!(
        annotations.map(serde_json::Map::len),
        read.map(std::collections::BTreeMap::len)
    );
    for (key, note) in annotations.into_iter().flatten() {
        let same = read.and_then(|read| read.get(key)).map(String::as_str);
        assert_eq!(same, note.as_str());
    }
}

/// An error body.
pub(super) fn error_body(data: &[u8]) {
    let body = match ErrorBody::read(data) {
        Ok(body) => body,
        Err(bad) => return is_short(&bad, &String::from_utf8_lossy(data)),
    };
    assert!(body.errors.len() <= data.len());
    serde_json::from_slice::<IgnoredAny>(data).expect("what was read is JSON");
    // Half a pair of surrogates is JSON (RFC 8259, section 8.2), and no tree holds it; where it stands in
    // what is passed over, the body is read all the same.
    if let Ok(value) = serde_json::from_slice::<Value>(data) {
        for (at, error) in body.errors.iter().enumerate() {
            let value = &value["errors"][at];
            assert_eq!(value["code"].as_str(), error.code.as_deref());
            assert_eq!(value["message"].as_str(), error.message.as_deref());
            assert_eq!(value.get("detail"), error.detail.as_ref());
        }
    }
    for code in body.codes() {
        let named = ErrorCode::all().find(|row| row.to_string() == code);
        assert_eq!(code.parse::<ErrorCode>().ok(), named);
    }
    let written = body.to_json();
    let again = ErrorBody::read(written.as_bytes()).expect("it was written by us");
    if !written.contains(['.', 'e', 'E']) {
        assert_eq!(again, body);
    }
    // Fractions are read to the nearest number but one.
    let plain = |body: &ErrorBody| -> Vec<_> {
        let entries = body.errors.iter();
        entries
            .map(|it| (it.code.clone(), it.message.clone(), it.detail.is_some()))
            .collect()
    };
    assert_eq!(plain(&again), plain(&body));
}
