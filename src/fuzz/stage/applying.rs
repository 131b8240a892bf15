//! The mutations of a step as they are applied: first where it aims, then the request, then its bytes.

use super::super::dice::Dice;
use super::super::meaning::Meaning;
use super::super::mutation::Change;
use super::super::mutation::Mutation;
use super::super::mutation::Stance;
use super::super::plan::Step;
use super::super::wire::WireRequest;
use super::Planned;
use super::request;
use crate::fuzz::naming::Naming;

/// The mutations of a step as they are applied, layer by layer.
#[derive(Debug, Default)]
pub(super) struct Applying {
    names: Vec<&'static str>,
    stance: Option<Stance>,
    is_bent: bool,
    is_unfinished: bool,
    /// How it may name the canary, and whether it does.
    pub(super) naming: Option<Naming>,
    names_canary: bool,
}

impl Applying {
    /// None yet; one of them may name the canary in this way.
    pub(super) fn new(naming: Option<Naming>) -> Self {
        Self {
            naming,
            ..Self::default()
        }
    }

    /// Whether a mutation may be applied.
    pub(super) fn takes(&self, mutation: &Mutation) -> bool {
        !mutation.names_canary || self.naming.is_some()
    }

    /// Notes a mutation that found something to change. Where several do, nothing is certain.
    pub(super) fn note(&mut self, mutation: &Mutation, is_changed: bool) {
        if !is_changed {
            return;
        }
        self.names.push(mutation.name);
        self.names_canary |= mutation.names_canary;
        self.is_bent |= matches!(
            mutation.change,
            Change::Request(_) | Change::Bytes(_) | Change::Unfinished(_)
        );
        // Where a step aims elsewhere, what that means is known.
        if !matches!(mutation.change, Change::Aim(_)) {
            self.stance = Some(match self.stance {
                None | Some(Stance::Same) => mutation.stance,
                Some(other) if matches!(mutation.stance, Stance::Same) => other,
                Some(_) => Stance::Either,
            });
        }
    }

    /// Changes the request, and its bytes.
    pub(super) fn finish(
        mut self,
        step: &Step,
        meaning: Meaning,
        mut request: WireRequest,
    ) -> Planned {
        let path = request.path().to_vec();
        for applied in &step.mutations {
            if let Change::Request(change) = applied.mutation.change
                && self.takes(applied.mutation)
            {
                let is_changed = change(&mut request, &mut Dice::new(applied.dice.into()));
                self.note(applied.mutation, is_changed);
                if let Some(naming) = self.naming.as_ref().filter(|_| is_changed) {
                    naming.bind_request(&mut request);
                }
            }
        }
        let mut bytes = match &meaning {
            Meaning::Raw(raw) => Some(request::raw_bytes(raw, &request.origin)),
            _ => None,
        };
        self.is_unfinished = matches!(&meaning, Meaning::Raw(raw) if raw.is_unfinished());
        for applied in &step.mutations {
            if let Change::Bytes(change) | Change::Unfinished(change) = applied.mutation.change {
                let mut changed = bytes.take().unwrap_or_else(|| request.bytes());
                let is_changed = change(&mut changed, &mut Dice::new(applied.dice.into()));
                self.note(applied.mutation, is_changed);
                self.is_unfinished |= matches!(applied.mutation.change, Change::Unfinished(_));
                bytes = Some(changed);
            }
        }
        if bytes.is_none() && request.ordinary().is_none() {
            bytes = Some(request.bytes());
        }
        Planned {
            strays: request.path() != path,
            stance: self.stance.unwrap_or(Stance::Same),
            is_bent: self.is_bent,
            is_unfinished: self.is_unfinished,
            mutations: self.names,
            canary: self.naming.filter(|_| self.names_canary),
            meaning,
            request,
            bytes,
        }
    }
}
