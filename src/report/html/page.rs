//! From a view to a page: the templates, and the one way by which text gets into them.
//!
//! It knows nothing of records. Whatever a template prints is cleaned and escaped; only the style
//! and the script of ours are taken as they are, and the browser is told their digests, so that it
//! runs no other.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::AutoEscape;
use minijinja::Environment;
use minijinja::Error;
use minijinja::Output;
use minijinja::State;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::context;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::report::ReportError;
use crate::report::clean;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// The most of any text, whatever the view has cut: laying out one long word takes a browser the
/// square of its length.
const LONGEST: usize = 16_000;

/// The templates by name; `page.html` is the frame of all.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("page.html")),
    ("parts.html", include_str!("parts.html")),
    ("run.html", include_str!("run.html")),
    ("fuzz.html", include_str!("fuzz.html")),
    ("compare.html", include_str!("compare.html")),
];

/// The page that a template makes of a view.
pub(super) fn filled(
    template: &'static str,
    view: &impl Serialize,
) -> Result<Vec<u8>, ReportError> {
    let render = || -> Result<String, Error> {
        let environment = environment()?;
        environment.get_template(template)?.render(context! {
            page => Value::from(Serde(view)),
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            policy => policy(),
        })
    };
    render()
        .map(String::into_bytes)
        .map_err(|error| ReportError::Render {
            format: "html",
            reason: format!("{error:#}"),
        })
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_formatter(print);
    for (name, text) in TEMPLATES {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

/// Prints a value of a template. What a macro made is markup already.
fn print(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    let text = value.to_string();
    let text = if value.is_safe() {
        text
    } else {
        clean::html(&clean::cut(&text, LONGEST))
    };
    Ok(out.write_str(&text)?)
}

/// What the browser may do: apply this style, run this script, show a picture of the page's own,
/// and nothing else.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    )
}

fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}
