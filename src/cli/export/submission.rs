//! The files that a submission to the OCI's list of conformant products asks for, made of a record.
//! The list asks for results of the official suite, so that each says whose they are.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use super::product;
use super::product::Said;
use crate::cli::CliError;
use crate::cli::Exit;
use crate::report;
use crate::report::Format;
use crate::report::fuzz::harmless;
use crate::run::Record;

/// The longest record that is read, in bytes.
const LONGEST: u64 = 256 << 20;

/// The reports of a submission, by our names.
const REPORTS: &[&str] = &["yaml", "html", "junit"];

const PRODUCT: &str = "PRODUCT.yaml";
const README: &str = "README.md";

/// The files of a submission to the OCI's list of conformant products.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder to write to.
    folder: PathBuf,
    /// The results.json of the run.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// A field of PRODUCT.yaml, such as `name=Example` (may be repeated).
    #[arg(long, value_name = "FIELD=TEXT")]
    product: Vec<Said>,
}

/// Writes the files and says what is still to be done.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let record = record(&args.from)?;
    let version = version(&record)?;
    let formats: Vec<&Format> = REPORTS
        .iter()
        .filter_map(|name| report::find(name))
        .collect();
    let product = args.folder.join(PRODUCT);
    let is_there = product.exists();
    if is_there && !args.product.is_empty() {
        return Err(CliError::Usage(format!(
            "{} is there already, and would be lost; change it there, or move it",
            product.display()
        )));
    }
    let failed = |error: report::ReportError| CliError::Report(error.to_string());
    report::prepare(&args.folder, &formats).map_err(failed)?;
    report::write_all(&args.folder, &formats, &record).map_err(failed)?;
    let write =
        |name: &str, text: &str| report::write_whole(&args.folder.join(name), text.as_bytes());
    write(
        README,
        &readme(&record, version, product::called(&args.product)),
    )
    .map_err(failed)?;
    let (document, open) = product::document(&args.product);
    if !is_there {
        write(PRODUCT, &document).map_err(failed)?;
    }
    let open = if is_there { Vec::new() } else { open };
    anstream::print!("{}", told(&args.folder, version, &formats, &open));
    Ok(Exit::Passed)
}

fn record(path: &Path) -> Result<Record, CliError> {
    let bad = |reason: String| {
        let text = format!(
            "the results `{}` cannot be used, so nothing was written: {reason}",
            path.display()
        );
        CliError::Usage(harmless(&text))
    };
    let mut bytes = Vec::new();
    let length = File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| bad(error.to_string()))?;
    if length as u64 > LONGEST {
        return Err(bad(format!("they have more than {LONGEST} bytes")));
    }
    let record = report::json::read(&bytes).map_err(|error| bad(error.to_string()))?;
    if !record.complete {
        return Err(bad(
            "the run was ended before its end; run the check again".to_owned()
        ));
    }
    Ok(record)
}

/// The version as the list's folders have it.
fn version(record: &Record) -> Result<&'static str, CliError> {
    match record.spec.as_str() {
        "1.0" => Ok("1.0"),
        "1.1" => Ok("1.1"),
        other => Err(CliError::Usage(harmless(&format!(
            "the list takes versions that are released, and {other} is not; check with --spec 1.1"
        )))),
    }
}

/// How to come to the same results, and whose they are.
fn readme(record: &Record, version: &str, product: Option<&str>) -> String {
    let Record {
        tool,
        target,
        seed,
        started,
        ..
    } = record;
    let (name, made) = (plain(product.unwrap_or("a registry")), plain(&tool.version));
    let (url, started) = (plain(&target.url), plain(started));
    let counts: Vec<_> = record
        .summary
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(verdict, count)| format!("{count} {}", plain(verdict)))
        .collect();
    let counts = counts.join(", ");
    let gating = record.checks.iter().filter(|check| check.gates).count();
    format!(
        "# Conformance of {name}\n\n\
         These are results of plimsoll {made}, **not of the official conformance suite**. The files have the names \
         and forms that the instructions for submissions ask for; the verdicts are plimsoll's, and whoever reviews a \
         submission decides whether they count.\n\n\
         - version of the specification: {version}\n\
         - run of {started} against `{url}`\n\
         - checks: {counts}\n\
         - of these, violations that count: {gating}\n\n\
         ## How to come to the same\n\n\
         ```shell\n\
         plimsoll check {url} --spec {version} --seed {seed} --report json,junit,yaml\n\
         plimsoll export oci-conformance DIR --from reports/results.json\n\
         ```\n"
    )
}

/// A text that is nothing but text, in Markdown and in a shell's block.
fn plain(text: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || " .:/-_+[]@".contains(*c);
    text.chars().filter(is_plain).collect()
}

fn told(folder: &Path, version: &str, formats: &[&Format], open: &[&str]) -> String {
    let files = formats.iter().map(|format| format.file_name);
    let files: Vec<_> = files.chain([README, PRODUCT]).collect();
    let mut text = format!(
        "{}: {}\n  they are plimsoll's results, not the official suite's, and say so; a reviewer decides whether they \
         count\n  for a submission they go to distribution-spec/v{version}/ in a folder of the product's name\n",
        folder.display(),
        files.join(", ")
    );
    for name in REPORTS {
        if report::find(name).is_none() {
            let _ = writeln!(text, "  still missing: a report of the form {name}");
        }
    }
    if !open.is_empty() {
        let _ = writeln!(
            text,
            "  still to be filled in, in {PRODUCT}: {}",
            open.join(", ")
        );
    }
    harmless_lines(&text)
}

fn harmless_lines(text: &str) -> String {
    let lines = text.lines().map(|line| format!("{}\n", harmless(line)));
    lines.collect()
}
