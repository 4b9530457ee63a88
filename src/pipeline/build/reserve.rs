//! Addresses, number, node and name; and the clone.

use crate::pipeline::call::{Call, Plan};
use crate::pipeline::view::View;

/// `set_ip`: addresses, VMID, node and name are reserved, in one transaction.
pub(crate) fn addresses(view: &View<'_>) -> Plan {
    Ok(if view.reserved { Vec::new() } else { vec![Call::Reserve] })
}

/// `clone`: the clone runs, or has ended well.
pub(crate) fn clone(view: &View<'_>) -> Plan {
    Ok(if view.cloned { Vec::new() } else { vec![Call::Clone] })
}
