//! Tests over the table of requirements, and over the files that it is written in.
//!
//! They know the form of a good row, not whether what it says is right.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::AREAS;
use super::Document;
use super::Heading;
use super::Keyword;
use super::Level;
use super::Requirement;
use super::Version;
use super::find;
use super::requirements;

/// The files of this module that hold no rows.
const OTHER_FILES: [&str; 4] = ["heading.rs", "level.rs", "mod.rs", "tests.rs"];

/// A `pub static` of a file of rows, as it is written there.
struct Declaration {
    name: String,
    id: String,
}

/// The declarations of each file of rows.
fn declarations() -> Vec<(String, Vec<Declaration>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .filter(|(file, _)| !OTHER_FILES.contains(&file.as_str()))
        .map(|(file, path)| (file, declared_in(&fs::read_to_string(path).unwrap())))
        .collect()
}

fn declared_in(source: &str) -> Vec<Declaration> {
    source
        .split("pub static ")
        .skip(1)
        .filter_map(|rest| rest.split_once(": Requirement = Requirement {"))
        .map(|(name, body)| Declaration {
            name: name.to_owned(),
            id: quoted_after(body, "id: "),
        })
        .collect()
}

fn quoted_after(body: &str, field: &str) -> String {
    let (_, value) = body.split_once(field).unwrap();
    value.split('"').nth(1).unwrap().to_owned()
}

fn assert_unique<'a>(values: impl Iterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for value in values {
        assert!(seen.insert(value), "`{value}` is there twice");
    }
}

fn is_kebab_case(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

#[test]
fn the_catalogue_has_every_row_of_the_specification() {
    let last = AREAS.iter().position(|area| area.alias == "IMG");
    let of_specification = &AREAS[..=last.expect("images have an area")];
    let rows: usize = of_specification.iter().map(|area| area.rows.len()).sum();
    assert_eq!(rows, 260);
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    assert_unique(requirements().map(|row| row.id));
    for row in requirements() {
        assert!(is_kebab_case(row.id), "`{}` is not kebab-case", row.id);
    }
}

#[test]
fn an_id_is_the_name_of_its_static() {
    for (file, declared) in declarations() {
        for Declaration { name, id } in declared {
            assert_eq!(id, name.to_lowercase().replace('_', "-"), "in {file}");
        }
    }
}

#[test]
fn the_statics_of_each_file_are_the_rows_of_one_area_in_the_same_order() {
    let files = declarations();
    assert_eq!(files.len(), AREAS.len());
    for (file, declared) in files {
        let declared: Vec<_> = declared.iter().map(|row| row.id.as_str()).collect();
        assert!(
            AREAS.iter().any(|area| area
                .rows
                .iter()
                .map(|row| row.id)
                .eq(declared.iter().copied())),
            "{file} and its AREA differ"
        );
    }
}

#[test]
fn areas_have_aliases_and_titles_of_their_own() {
    assert_unique(AREAS.iter().map(|area| area.alias));
    assert_unique(AREAS.iter().map(|area| area.title));
    for area in AREAS {
        assert!(area.alias.bytes().all(|b| b.is_ascii_uppercase()));
        assert!(area.title.starts_with(|c: char| c.is_ascii_uppercase()));
    }
}

#[test]
fn the_aliases_of_an_area_count_up_from_one() {
    assert_unique(requirements().map(|row| row.alias));
    for area in AREAS {
        for (row, number) in area.rows.iter().zip(1..) {
            assert_eq!(row.alias, format!("{}-{number:02}", area.alias));
        }
    }
}

#[test]
fn a_requirement_is_found_by_its_id_and_by_its_alias_in_any_case() {
    for row in requirements() {
        assert_eq!(find(row.id), Some(row));
        assert_eq!(find(row.alias), Some(row));
        assert_eq!(find(&row.alias.to_lowercase()), Some(row));
    }
    assert_eq!(find("blob"), None);
}

#[test]
fn some_version_asks_for_every_row() {
    let asked = |row: &Requirement| Version::ALL.iter().any(|&v| row.level(v).is_some());
    for row in requirements() {
        assert!(asked(row), "no version asks for `{}`", row.id);
    }
}

#[test]
fn what_a_version_asks_for_is_still_asked_for_in_the_next() {
    for row in requirements() {
        for versions in Version::ALL.windows(2) {
            assert!(
                row.level(versions[0]).is_none() || row.level(versions[1]).is_some(),
                "`{}` is gone after {}",
                row.id,
                versions[0]
            );
        }
    }
}

#[test]
fn sentences_are_sentences_and_unique() {
    assert_unique(requirements().map(|row| row.sentence));
    for Requirement { id, sentence, .. } in requirements() {
        assert!(sentence.ends_with('.'), "`{id}` does not end");
        assert!(
            sentence.starts_with(|c: char| c.is_ascii_uppercase()),
            "`{id}` does not begin"
        );
        assert!(!sentence.contains("  "), "`{id}` has a gap");
        assert!(sentence.is_ascii(), "`{id}` has letters from elsewhere");
    }
}

#[test]
fn headings_of_specifications_name_a_markdown_file_and_an_anchor() {
    for Requirement { id, heading, .. } in requirements() {
        let path = match heading.document {
            Document::Distribution => "spec.md",
            Document::Beside(path) | Document::Image(path) => path,
            Document::Rfc(_) | Document::Docker(_) | Document::Advisory(_) | Document::Page(_) => {
                continue;
            }
        };
        assert!(
            Path::new(path).extension().is_some_and(|e| e == "md"),
            "`{id}` stands in {path}"
        );
        let whole_document =
            heading.document != Document::Distribution && heading.anchor.is_empty();
        assert!(
            whole_document || is_kebab_case(heading.anchor),
            "`{id}` stands under {}",
            heading.anchor
        );
    }
}

#[test]
fn the_address_of_a_heading_follows_the_version() {
    let heading = Heading::distribution("pulling-blobs");
    let spec = "https://github.com/opencontainers/distribution-spec/blob";
    assert_eq!(
        Version::ALL.map(|version| heading.url(version)),
        [
            format!("{spec}/v1.0.1/spec.md#pulling-blobs"),
            format!("{spec}/v1.1.1/spec.md#pulling-blobs"),
            format!("{spec}/main/spec.md#pulling-blobs"),
        ]
    );
}

#[test]
fn other_documents_have_addresses_and_what_they_promise_is_no_must() {
    for Requirement {
        id, heading, asked, ..
    } in requirements()
    {
        let is_ours = matches!(
            heading.document,
            Document::Distribution | Document::Beside(_) | Document::Image(_)
        );
        let url = heading.url(Version::V1_1);
        assert!(
            url.starts_with("https://") && !url.contains(' '),
            "`{id}`: {url}"
        );
        for version in Version::ALL {
            let level = asked.keyword(version).map(Keyword::level);
            assert!(is_ours || level != Some(Level::Must), "`{id}` is a MUST");
        }
    }
}

#[test]
fn an_rfc_and_an_advisory_are_found_where_they_are_published() {
    let url = |heading: Heading| heading.url(Version::V1_1);
    assert_eq!(
        url(Heading::rfc(9110, "section-15.5.2")),
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2"
    );
    assert_eq!(
        url(Heading::advisory("CVE-2021-41190")),
        "https://nvd.nist.gov/vuln/detail/CVE-2021-41190"
    );
    assert_eq!(
        url(Heading::docker("spec/auth/token", "")),
        "https://distribution.github.io/distribution/spec/auth/token/"
    );
}

#[test]
fn the_address_of_a_document_has_no_anchor() {
    assert_eq!(
        Heading::beside("extensions/_oci.md", "").url(Version::V1_1),
        "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/extensions/_oci.md"
    );
}

#[test]
fn the_image_specification_has_one_version_beside_all_others() {
    let heading = Heading::image("descriptor.md", "digests");
    for version in Version::ALL {
        assert_eq!(
            heading.url(version),
            "https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests"
        );
    }
}
