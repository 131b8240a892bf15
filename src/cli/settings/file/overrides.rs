//! `[[override]]`: what is otherwise for some checks.

use std::time::Duration;

use toml_edit::Item;
use toml_edit::Table;

use super::Reader;
use crate::cli::CliError;
use crate::run::Filter;
use crate::run::Override;

/// The keys of an override.
const KEYS: [&str; 4] = ["checks", "timeout", "retries", "skip"];

impl Reader<'_> {
    /// The overrides of a level of the file, what counts more first.
    pub(super) fn overrides(&self, item: &Item, at: usize) -> Result<Vec<Override>, CliError> {
        let tables = item.as_array_of_tables().ok_or_else(|| {
            self.error(
                at,
                "`override` is a list of tables; write `[[override]]` and its keys below",
            )
        })?;
        // Of two that fit a check, the later one counts.
        let mut all: Vec<_> = tables
            .iter()
            .map(|table| self.one(table))
            .collect::<Result<_, _>>()?;
        all.reverse();
        Ok(all)
    }

    fn one(&self, table: &Table) -> Result<Override, CliError> {
        let at = table.span().map_or(1, |span| self.line(span.start));
        if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(key)) {
            return Err(self.unknown(self.line_of(table, key), key, &KEYS));
        }
        let one = Override {
            checks: self.checks(table, at)?,
            timeout: self.timeout(table)?,
            retries: self.retries(table)?,
            skip: self.skip(table)?,
        };
        if one.timeout.is_none() && one.retries.is_none() && one.skip.is_none() {
            return Err(self.error(
                at,
                "the override overrides nothing; give `timeout`, `retries` or `skip`",
            ));
        }
        Ok(one)
    }

    fn checks(&self, table: &Table, at: usize) -> Result<Filter, CliError> {
        let checks = self.text(table, "checks", "a glob, in quotes")?;
        let checks = checks.ok_or_else(|| {
            self.error(
                at,
                "the override does not say for which checks it is; give a glob in `checks`",
            )
        })?;
        let parsed = checks.parse::<Filter>();
        parsed.map_err(|error| self.error(self.line_of(table, "checks"), &error.to_string()))
    }

    fn timeout(&self, table: &Table) -> Result<Option<Duration>, CliError> {
        let text = self.text(table, "timeout", "a time in quotes, such as \"60s\"")?;
        let timeout = text.map(humantime::parse_duration).transpose();
        let timeout = timeout.map_err(|error| {
            let what = format!("`timeout`: {error}; write a time such as \"60s\"");
            self.error(self.line_of(table, "timeout"), &what)
        })?;
        Ok(timeout.filter(|it| *it > Duration::ZERO))
    }

    fn retries(&self, table: &Table) -> Result<Option<u32>, CliError> {
        let Some(item) = table.get("retries") else {
            return Ok(None);
        };
        let number = item.as_integer().map(u32::try_from);
        match number {
            Some(Ok(number)) => Ok(Some(number)),
            _ => Err(self.error(
                self.line_of(table, "retries"),
                "`retries` is a number from 0 on",
            )),
        }
    }

    fn skip(&self, table: &Table) -> Result<Option<String>, CliError> {
        let form = "the reason why the checks are left out, in quotes";
        let skip = self.text(table, "skip", form)?;
        if skip.is_some_and(|reason| reason.trim().is_empty()) {
            return Err(self.error(
                self.line_of(table, "skip"),
                "`skip` is empty, and nobody would know later why the checks are left out; say why",
            ));
        }
        Ok(skip.map(str::to_owned))
    }

    /// The text under a key, which is `form` if it is there at all.
    fn text<'t>(
        &self,
        table: &'t Table,
        key: &str,
        form: &str,
    ) -> Result<Option<&'t str>, CliError> {
        match table.get(key).map(Item::as_str) {
            None => Ok(None),
            Some(Some(text)) => Ok(Some(text)),
            Some(None) => Err(self.error(self.line_of(table, key), &format!("`{key}` is {form}"))),
        }
    }
}
