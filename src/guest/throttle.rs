//! The limits of a drive beside those that this module writes: which of them PVE or QEMU would refuse.
//!
//! PVE takes no drive that has a total (`mbps`, `iops`) beside a limit of its own for reading or writing, and none with
//! a burst without its base (qemu-server, PVE/QemuServer/Drive.pm, `parse_drive`). QEMU does not start with a burst below
//! its base, or a burst's length without the burst (QEMU, util/throttle.c, `throttle_is_valid`).

use super::property::PropertyString;

/// Totals for reading and writing together, with what belongs to them, and the spelling in bytes that PVE turns into
/// its own. Beside the four limits of this module they are refused, or would limit once more.
const RIVALS: [&str; 9] = [
    "mbps",
    "iops",
    "bps",
    "bps_rd",
    "bps_wr",
    "mbps_max",
    "iops_max",
    "bps_max_length",
    "iops_max_length",
];

/// A limit, its burst, and for how many seconds the burst may last.
const BURSTS: [[&str; 3]; 4] = [
    ["mbps_rd", "mbps_rd_max", "bps_rd_max_length"],
    ["mbps_wr", "mbps_wr_max", "bps_wr_max_length"],
    ["iops_rd", "iops_rd_max", "iops_rd_max_length"],
    ["iops_wr", "iops_wr_max", "iops_wr_max_length"],
];

impl PropertyString {
    /// Takes away what cannot stand beside the drive's limits for reading and writing, as they are now. A burst above
    /// its base stays.
    pub fn settle_throttle(&mut self) {
        for key in RIVALS {
            self.set(key, None);
        }
        for [base, burst, length] in BURSTS {
            let number = |key: &str| self.get(key).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
            let holds = number(base) > 0.0 && number(burst) >= number(base);
            if !holds {
                self.set(burst, None);
                self.set(length, None);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(text: &str) -> String {
        let mut options = PropertyString::parse(text);
        options.settle_throttle();
        options.to_string()
    }

    #[test]
    fn what_cannot_stand_beside_the_limits_goes() {
        let cases = [
            ("a:1,mbps=100,size=2G", "a:1,size=2G"),
            ("a:1,iops=500,iops_max=900,iops_max_length=5", "a:1"),
            ("a:1,bps_rd=52428800,mbps_rd=50", "a:1,mbps_rd=50"),
            (
                "a:1,mbps_rd=50,mbps_rd_max=100,bps_rd_max_length=9",
                "a:1,mbps_rd=50,mbps_rd_max=100,bps_rd_max_length=9",
            ),
            ("a:1,mbps_rd=50,mbps_rd_max=40,bps_rd_max_length=9", "a:1,mbps_rd=50"),
            ("a:1,iops_wr_max=40,iops_wr_max_length=2,ssd=1", "a:1,ssd=1"),
            ("a:1,iops_wr=10,iops_wr_max_length=2", "a:1,iops_wr=10"),
        ];
        for (before, after) in cases {
            assert_eq!(settled(before), after);
        }
    }
}
