//! What requirements come to that sum up others.

use crate::check::Feature;
use crate::check::FeatureState;
use crate::run::RequirementEntry;
use crate::suite::Offer;
use crate::suite::ROLL_UPS;
use crate::suite::RollUp;
use crate::suite::Sum;

use super::matrix::Basis;

/// The state of a requirement, and why it is that.
pub(in crate::run) type State = (&'static str, Option<String>);

/// Says in the entry of a sum what it comes to, by the entries of the others. What a check said in
/// its name stands.
pub(super) fn settle(sum: &RollUp, basis: &Basis<'_>, entries: &mut [RequirementEntry]) {
    let at = |entry: &RequirementEntry| entry.id == sum.requirement.id;
    let Some(place) = entries.iter().position(at) else {
        return;
    };
    if entries[place].state == "violated" {
        return;
    }
    let (state, reason) = match sum.sum {
        Sum::Musts => musts(&entries[place].checks, entries),
        Sum::Offers(offers) => offered(offers, basis, entries),
        Sum::Claims => basis.claimed.clone(),
    };
    let entry = &mut entries[place];
    state.clone_into(&mut entry.state);
    entry.reason = reason;
}

/// Whether every requirement of level must holds that these checks cover.
fn musts(checks: &[String], entries: &[RequirementEntry]) -> State {
    let is_meant = |entry: &&RequirementEntry| {
        entry.level == "must"
            && !ROLL_UPS.iter().any(|sum| sum.requirement.id == entry.id)
            && entry.checks.iter().any(|check| checks.contains(check))
    };
    let meant: Vec<_> = entries.iter().filter(is_meant).collect();
    let broken: Vec<_> = meant
        .iter()
        .filter(|entry| entry.state == "violated")
        .map(|entry| entry.id.as_str())
        .collect();
    if !broken.is_empty() {
        return ("violated", Some(format!("broken: {}", broken.join(", "))));
    }
    match meant.iter().find(|entry| entry.state != "held") {
        Some(open) => ("untested", Some(still_open(open))),
        None => ("held", None),
    }
}

fn still_open(entry: &RequirementEntry) -> String {
    let reason = entry.reason.as_deref().unwrap_or("nobody asked");
    format!("{} is untested: {reason}", entry.id)
}

/// Whether every one of these categories is there.
fn offered(offers: &[Offer], basis: &Basis<'_>, entries: &[RequirementEntry]) -> State {
    let states: Vec<_> = offers
        .iter()
        .map(|offer| match offer.requirement {
            Some(row) => answered(offer, row.id, entries),
            None => supported(offer, basis.features),
        })
        .collect();
    let first = |word: &str| states.iter().find(|(state, _)| *state == word).cloned();
    first("violated")
        .or_else(|| first("untested"))
        .unwrap_or(("held", None))
}

/// Whether a category is there, by the requirement without which it is not.
fn answered(offer: &Offer, id: &str, entries: &[RequirementEntry]) -> State {
    let entry = entries.iter().find(|entry| entry.id == id);
    match entry {
        Some(entry) if entry.state == "held" => ("held", None),
        Some(entry) if entry.state == "violated" => {
            let reason = format!("{} is not offered: {id} is broken", offer.category);
            ("violated", Some(reason))
        }
        Some(entry) => ("untested", Some(still_open(entry))),
        None => ("untested", Some(format!("{id} is not asked for"))),
    }
}

/// Whether a category is there, by its features: it is lacking where all of them are.
fn supported(offer: &Offer, features: &[(Feature, FeatureState)]) -> State {
    let states: Vec<_> = offer
        .features
        .iter()
        .map(|feature| state_of(*feature, features))
        .collect();
    let is_there = |state: Option<&FeatureState>| matches!(state, Some(FeatureState::Supported(_)));
    let evidence: Option<Vec<_>> = states
        .iter()
        .map(|state| match state {
            Some(FeatureState::Unsupported(evidence)) => Some(evidence.as_str()),
            _ => None,
        })
        .collect();
    match evidence {
        _ if states.iter().copied().any(is_there) => ("held", None),
        Some(evidence) => {
            let first = evidence.first().copied().unwrap_or_default();
            let reason = format!("{} is not offered: {first}", offer.category);
            ("violated", Some(reason))
        }
        None => {
            let reason = format!("whether {} is offered is not known", offer.category);
            ("untested", Some(reason))
        }
    }
}

/// Whether every feature is there that the user says is there. Where one is not, the checks that
/// need it have said so.
pub(super) fn claimed(claims: &[Feature], features: &[(Feature, FeatureState)]) -> State {
    if claims.is_empty() {
        let reason = "nothing is claimed; `--require FEATURE` claims that a feature is there";
        return ("untested", Some(reason.to_owned()));
    }
    let open = claims
        .iter()
        .find_map(|feature| unproven(*feature, state_of(*feature, features)));
    match open {
        Some(reason) => ("untested", Some(reason)),
        None => ("held", None),
    }
}

/// Why it is not sure that a feature is there; `None` if it is.
fn unproven(feature: Feature, state: Option<&FeatureState>) -> Option<String> {
    match state {
        Some(FeatureState::Supported(_)) => None,
        Some(FeatureState::Unsupported(evidence)) => Some(format!(
            "no check of this run needs {feature}, which is not there: {evidence}"
        )),
        Some(state) => Some(format!(
            "whether {feature} is there is not known: {}",
            state.evidence()
        )),
        None => Some(format!("{feature} was not asked for")),
    }
}

fn state_of(feature: Feature, features: &[(Feature, FeatureState)]) -> Option<&FeatureState> {
    features
        .iter()
        .find(|(known, _)| *known == feature)
        .map(|(_, state)| state)
}
