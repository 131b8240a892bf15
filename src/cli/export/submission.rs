//! The files that a submission to the OCI's list of conformant products asks for, made of a record.
//! The list asks for results of the official suite, so that each says whose they are.

use std::fmt::Write as _;
use std::path::Path;
use std::path::PathBuf;

use super::product;
use super::product::Said;
use super::recipe;
use crate::cli::CliError;
use crate::cli::Exit;
use crate::cli::results;
use crate::cli::results::unusable;
use crate::report;
use crate::report::Format;
use crate::report::fuzz::harmless;
use crate::run::Record;

/// The reports of a submission, by our names.
const REPORTS: &[&str] = &["yaml", "html", "junit"];

const PRODUCT: &str = "PRODUCT.yaml";
const README: &str = "README.md";

/// The files of a submission to the OCI's list of conformant products.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder to write to.
    folder: PathBuf,
    /// The results.json of the run, or the folder that it is in.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// A field of PRODUCT.yaml, such as `name=Example` (may be repeated).
    #[arg(long, value_name = "FIELD=TEXT")]
    product: Vec<Said>,
}

/// Writes the files and says what is still to be done.
pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let (path, record) = results::of_checks(&args.from)?;
    refuse_incomplete(&path, &record)?;
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
    let lacking = recipe::lacking(&record);
    anstream::print!("{}", told(&args.folder, version, &formats, &open, &lacking));
    Ok(Exit::Passed)
}

/// A run that was ended before its end is no result of anything.
fn refuse_incomplete(path: &Path, record: &Record) -> Result<(), CliError> {
    if record.complete {
        return Ok(());
    }
    let why = record.ended_by.as_deref().unwrap_or("nobody knows why");
    let reason = format!("the run was ended before its end ({why}); run the check again");
    Err(unusable(path, &reason))
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
    let (recipe, lacking) = (recipe::recipe(record), part(record));
    format!(
        "# Conformance of {name}\n\n\
         These are results of plimsoll {made}, **not of the official conformance suite**. The files have the names \
         and forms that the instructions for submissions ask for; the verdicts are plimsoll's, and whoever reviews a \
         submission decides whether they count.\n\n\
         - version of the specification: {version}\n\
         - run of {started} against `{url}`\n\
         - checks: {counts}\n\
         - of these, violations that count: {gating}\n\n\
         {lacking}\
         ## How to come to the same\n\n\
         {recipe}"
    )
}

/// That not all was put, where that is so.
fn part(record: &Record) -> String {
    let lacking = recipe::lacking(record);
    if lacking.is_empty() {
        return String::new();
    }
    let lines = lacking.iter().map(|line| format!("- {}\n", plain(line)));
    format!(
        "## Not the whole suite\n\n\
         **Only a part of the checks was put**, so that these results say nothing of the rest:\n\n{}\n",
        lines.collect::<String>()
    )
}

/// A text that is nothing but text, in Markdown and in a shell's block.
pub(super) fn plain(text: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || " .,;:/-_+[]@".contains(*c);
    text.chars().filter(is_plain).collect()
}

fn told(
    folder: &Path,
    version: &str,
    formats: &[&Format],
    open: &[&str],
    lacking: &[String],
) -> String {
    let files = formats.iter().map(|format| format.file_name);
    let files: Vec<_> = files.chain([README, PRODUCT]).collect();
    let mut text = format!(
        "{}: {}\n  they are plimsoll's results, not the official suite's, and say so; a reviewer decides whether they \
         count\n  for a submission they go to distribution-spec/v{version}/ in a folder of the product's name\n",
        folder.display(),
        files.join(", ")
    );
    for line in lacking {
        let _ = writeln!(text, "  NOT THE WHOLE SUITE: {line}");
    }
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
