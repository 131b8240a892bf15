//! `plimsoll export catalogue`: the catalogue as the pages of a book, one for each check and one for each
//! requirement.
//!
//! The pages are Markdown, and `SUMMARY.md` lists them as mdBook wants it; `docs/build.sh` puts them
//! behind the guides.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::catalogue::AREAS;
use crate::catalogue::Requirement;
use crate::catalogue::Version;
use crate::check::Check;
use crate::check::Section;
use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::requirements::Coverage;
use crate::run::Case;
use crate::suite;

/// Write the catalogue as the pages of a book.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The folder to write to.
    folder: PathBuf,
}

/// A page: where it goes, below which it stands, what it is called, and its text.
struct Page {
    path: String,
    depth: usize,
    title: String,
    text: String,
}

/// Runs the verb.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let pages = pages();
    for page in &pages {
        write(&args.folder.join(&page.path), &page.text)?;
    }
    write(&args.folder.join("SUMMARY.md"), &summary(&pages))?;
    Ok(Exit::Passed)
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let unwritable = |error: std::io::Error| {
        CliError::Report(format!(
            "`{}` cannot be written: {error}; choose another folder",
            path.display()
        ))
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(unwritable)?;
    fs::write(path, text).map_err(unwritable)
}

fn pages() -> Vec<Page> {
    let cases = Case::all(suite::SECTIONS);
    let sections = suite::SECTIONS.iter().flat_map(|section| {
        let checks = section
            .checks
            .iter()
            .map(|check| of_check(section, check, &cases));
        std::iter::once(of_section(section)).chain(checks)
    });
    let areas = AREAS.iter().flat_map(|area| {
        let rows = area.rows.iter().map(|row| of_requirement(row, &cases));
        std::iter::once(of_area(area.title, area.rows)).chain(rows)
    });
    sections.chain(areas).collect()
}

fn of_section(section: &Section) -> Page {
    let mut text = format!("# {}\n\n", section.id);
    for check in section.checks {
        let file = format!("{}/{}.md", last(section.id), check.name);
        let _ = writeln!(text, "- [{}]({file}): {}", check.name, escaped(check.title));
    }
    Page {
        path: format!("checks/{}.md", section.id),
        depth: 0,
        title: section.id.to_owned(),
        text,
    }
}

fn of_check(section: &Section, check: &Check, cases: &[Case]) -> Page {
    let id = format!("{}/{}", section.id, check.name);
    let up = "../".repeat(id.matches('/').count() + 1);
    let mut text = format!("# {id}\n\n{}.\n\n", escaped(check.title));
    let variants: Vec<_> = cases
        .iter()
        .filter(|case| case.section.id == section.id && case.check.name == check.name)
        .collect();
    text.push_str("## What it proves\n\n");
    for row in check.covers {
        let level = row.level(Version::default());
        let level = level.map_or("not in 1.1".to_owned(), |level| level.to_string());
        let link = format!("{up}requirements/{}.md", row.id);
        let _ = writeln!(
            text,
            "- [{}]({link}) ({}, {level}): {}",
            row.id,
            row.alias,
            escaped(row.sentence)
        );
    }
    let needs: BTreeMap<_, _> = variants
        .iter()
        .flat_map(|case| check.features(case.variant))
        .map(|feature| (feature.id(), feature.row()))
        .collect();
    if !needs.is_empty() {
        text.push_str("\n## What it needs\n\n");
    }
    for (id, row) in needs {
        let _ = writeln!(
            text,
            "- {id}: {}. Lawfully absent: {}",
            escaped(row.title),
            escaped(row.absent)
        );
    }
    if check.watch.is_some() {
        text.push_str("\nIt asks nothing: it judges every answer of a run that it is part of.\n");
    }
    text.push_str("\n## Put it\n\n```sh\n");
    for case in variants {
        let _ = writeln!(text, "plimsoll check URL --only '{}'", case.id);
    }
    text.push_str("```\n");
    Page {
        path: format!("checks/{id}.md"),
        depth: 1,
        title: check.name.to_owned(),
        text,
    }
}

fn of_area(title: &str, rows: &[&Requirement]) -> Page {
    let mut text = format!("# {}\n\n", escaped(title));
    for row in rows {
        let _ = writeln!(
            text,
            "- [{}]({}.md) ({}): {}",
            row.id,
            row.id,
            row.alias,
            escaped(row.sentence)
        );
    }
    let file = title
        .to_lowercase()
        .replace(|it: char| !it.is_ascii_alphanumeric(), "-");
    Page {
        path: format!("requirements/area-{file}.md"),
        depth: 0,
        title: title.to_owned(),
        text,
    }
}

fn of_requirement(row: &Requirement, cases: &[Case]) -> Page {
    let mut text = format!(
        "# {} ({})\n\n{}\n\n",
        row.id,
        row.alias,
        escaped(row.sentence)
    );
    text.push_str("| version | keyword |\n|---|---|\n");
    for version in Version::ALL {
        let keyword = row
            .asked
            .keyword(version)
            .map_or("-".to_owned(), |it| it.to_string());
        let _ = writeln!(text, "| {version} | {} |", escaped(&keyword));
    }
    let url = row.heading.url(Version::default());
    let _ = writeln!(text, "\n[Where it stands](<{url}>)\n\n## Tested by\n");
    match Coverage::of(row, cases) {
        Coverage::Tested(ids) => {
            for id in ids {
                let page = id.split('@').next().unwrap_or(&id);
                let _ = writeln!(text, "- [{id}](../checks/{page}.md)");
            }
        }
        Coverage::Untestable(reason) => {
            let _ = writeln!(text, "Not testable from outside: {}.", escaped(reason));
        }
        Coverage::Untested => text.push_str("Nothing yet.\n"),
    }
    Page {
        path: format!("requirements/{}.md", row.id),
        depth: 1,
        title: row.id.to_owned(),
        text,
    }
}

/// The list of the pages, as mdBook wants it.
fn summary(pages: &[Page]) -> String {
    let mut text = String::new();
    let mut part = "";
    for page in pages {
        let own = page.path.split('/').next().unwrap_or_default();
        if own != part {
            part = if own == "checks" {
                "checks"
            } else {
                "requirements"
            };
            let _ = writeln!(
                text,
                "\n# {}\n",
                if own == "checks" {
                    "The checks"
                } else {
                    "The requirements"
                }
            );
        }
        let indent = "  ".repeat(page.depth);
        let _ = writeln!(text, "{indent}- [{}](catalogue/{})", page.title, page.path);
    }
    text
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// A sentence of ours in Markdown: nothing in it is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_<>[]|".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_check_and_requirement_has_one_page_and_every_link_leads_to_one() {
        let pages = pages();
        let paths: BTreeSet<_> = pages.iter().map(|page| page.path.clone()).collect();
        assert_eq!(paths.len(), pages.len(), "two pages in one place");
        for section in suite::SECTIONS {
            for check in section.checks {
                let path = format!("checks/{}/{}.md", section.id, check.name);
                assert!(paths.contains(&path), "{path}");
            }
        }
        let mut links = 0;
        for page in &pages {
            let folder = Path::new(&page.path).parent().expect("a folder");
            for link in page.text.split("](").skip(1) {
                let link = link.split(')').next().expect("it ends");
                if link.starts_with('<') {
                    continue;
                }
                links += 1;
                let place = normal(&folder.join(link));
                assert!(paths.contains(&place), "{} leads to {place}", page.path);
            }
        }
        assert!(links > pages.len());
        let summary = summary(&pages);
        let listed = summary.matches("](catalogue/").count();
        assert_eq!(listed, pages.len());
    }

    /// The path without `..`.
    fn normal(path: &Path) -> String {
        let mut parts: Vec<String> = Vec::new();
        for part in path.iter().map(|part| part.to_string_lossy().into_owned()) {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        parts.join("/")
    }
}
