//! What the manifests of a repository name, and which of them something leads to.
//!
//! A tag leads to its manifest, an index to those that it lists, and a subject to its referrers. A
//! referrer does not lead to its subject: a signature alone keeps no image. Whatever somebody has used
//! lately counts as tagged.

use std::collections::HashMap;
use std::collections::HashSet;

use super::super::store::Counted;
use super::super::store::Store;
use super::super::store::Stored;
use crate::oci::Digest;
use crate::oci::Manifest;
use crate::oci::Reference;
use crate::oci::RepositoryName;

/// The manifests of a repository.
pub(super) struct Graph(Vec<Node>);

/// A manifest.
struct Node {
    counted: Counted,
    /// Whatever it names but for its subject, blobs and manifests alike.
    named: Vec<Digest>,
    subject: Option<Digest>,
}

impl Graph {
    /// Reads these manifests, as far as they are still there. `None` if one of them is none that
    /// could be understood.
    pub(super) fn read(
        store: &dyn Store,
        name: &RepositoryName,
        manifests: Vec<Counted>,
    ) -> Stored<Option<Self>> {
        let mut nodes = Vec::new();
        for counted in manifests {
            let reference = Reference::Digest(counted.digests[0].clone());
            let Some(found) = store.manifest(name, &reference)? else {
                continue;
            };
            let stored = &found.manifest;
            let Ok(manifest) = Manifest::read(&stored.bytes, Some(&stored.media_type)) else {
                return Ok(None);
            };
            let subject = manifest.subject.as_ref().and_then(|it| it.digest().ok());
            let contents = manifest.contents();
            nodes.push(Node {
                counted,
                named: contents.filter_map(|it| it.digest().ok()).collect(),
                subject,
            });
        }
        Ok(Some(Self(nodes)))
    }

    /// The idle manifests to which nothing leads, each by one of its digests.
    pub(super) fn unreachable(&self) -> Vec<Digest> {
        let reached = self.reached();
        let nodes = self.0.iter().zip(reached);
        let unreached = nodes.filter(|(_, is_reached)| !is_reached);
        unreached
            .map(|(node, _)| node.counted.digests[0].clone())
            .collect()
    }

    /// Whether something leads to each of the manifests.
    fn reached(&self) -> Vec<bool> {
        let leads_to = self.leads_to();
        let is_root = |node: &Node| node.counted.is_tagged || !node.counted.is_idle;
        let mut reached: Vec<bool> = self.0.iter().map(is_root).collect();
        let roots = reached.iter().enumerate().filter(|(_, is_root)| **is_root);
        let mut next: Vec<usize> = roots.map(|(at, _)| at).collect();
        while let Some(at) = next.pop() {
            for &other in &leads_to[at] {
                if !std::mem::replace(&mut reached[other], true) {
                    next.push(other);
                }
            }
        }
        reached
    }

    /// To which others each leads.
    fn leads_to(&self) -> Vec<Vec<usize>> {
        let numbered = self.0.iter().enumerate();
        let places: HashMap<&Digest, usize> = numbered
            .flat_map(|(at, node)| node.counted.digests.iter().map(move |it| (it, at)))
            .collect();
        let mut leads_to: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        for (at, node) in self.0.iter().enumerate() {
            leads_to[at].extend(node.named.iter().filter_map(|it| places.get(it)));
            if let Some(&subject) = node.subject.as_ref().and_then(|it| places.get(it)) {
                leads_to[subject].push(at);
            }
        }
        leads_to
    }

    /// Leaves those out that are known by these digests.
    pub(super) fn remove(&mut self, digests: &[Digest]) {
        let gone: HashSet<&Digest> = digests.iter().collect();
        self.0
            .retain(|node| !gone.contains(&node.counted.digests[0]));
    }

    /// Whatever any of the manifests names.
    pub(super) fn named(&self) -> HashSet<&Digest> {
        let nodes = self.0.iter();
        nodes
            .flat_map(|node| node.named.iter().chain(&node.subject))
            .collect()
    }
}
