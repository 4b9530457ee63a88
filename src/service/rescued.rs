//! What a backup or a snapshot brings back of a rescue mode that was left since.

use super::drive_keys::{BOOT, Keys};
use super::media::{Media, Rescue};
use crate::guest::{Config, ConfigChange};

impl Media {
    /// So many volumes of rescue modes are remembered.
    const RESCUED: usize = 64;

    /// It is in rescue mode from now on.
    pub fn is_rescued(&mut self, rescue: Option<&Rescue>) {
        self.rescue = rescue.cloned();
        let volumes = rescue.iter().flat_map(|rescue| &rescue.volumes);
        for volume in volumes {
            self.rescued.retain(|known| known != volume);
            self.rescued.push(volume.clone());
        }
        let surplus = self.rescued.len().saturating_sub(Self::RESCUED);
        self.rescued.drain(..surplus);
    }

    /// What is to be written next of a config that came back with a rescue system in its drives: what it boots from, and then
    /// the drives. `today`: the rescue system of the product.
    pub fn without_rescue(&self, config: &Config, today: Option<&str>) -> ConfigChange {
        let is_of_rescue = |volume: &str| Some(volume) == today || self.rescued.iter().any(|known| known == volume);
        let slots = config.entries().filter_map(|(key, _)| config.drive(key));
        let slots: Vec<String> = (slots.filter(|drive| is_of_rescue(drive.volume())))
            .map(|drive| drive.slot)
            .collect();
        let volumes = slots
            .iter()
            .filter_map(|slot| Some(config.drive(slot)?.volume().to_owned()));
        let mut before: Keys = slots.iter().map(|slot| (slot.clone(), None)).collect();
        let boot = config.get(BOOT).unwrap_or_default();
        if slots.iter().any(|slot| boot.contains(slot.as_str())) {
            before.insert(BOOT.to_owned(), Some(boot.to_owned()));
        }
        let rescue = Rescue {
            since: 0,
            ends_at: 0,
            before,
            ran: false,
            volumes: volumes.collect(),
            seed: None,
        };
        rescue.back(config)
    }

    /// A config that comes back as the guest is started with it: without a rescue system, and with seeds that are made anew.
    pub fn as_brought_back(&self, config: &Config, today: Option<&str>) -> Config {
        // what it boots from, and then the drives
        let first = config.clone().with(&self.without_rescue(config, today));
        let then = self.without_rescue(&first, today);
        first.with(&then).without_seeds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_back_of_a_rescue_goes_the_boot_order_first() {
        let mut media = Media::default();
        let volumes = ["local:iso/rescue.iso", "local:iso/pk-seed-7-1.iso"];
        for turn in 0..70 {
            let volumes = [volumes[0].to_owned(), format!("local:iso/pk-seed-7-{turn}.iso")].to_vec();
            media.is_rescued(Some(&Rescue {
                since: 0,
                ends_at: 0,
                before: Keys::new(),
                ran: true,
                volumes,
                seed: None,
            }));
        }
        assert_eq!((media.rescued.len(), media.rescued[62].as_str()), (64, volumes[0]));
        let config = |boot: &str, drive: &str| {
            Config::from_json(&json!({
                "boot": boot, "scsi0": "local:100/a.qcow2", "ide2": "local:100/vm-100-cloudinit.qcow2,media=cdrom",
                "sata5": drive, "ide3": "local:iso/pk-seed-7-69.iso,media=cdrom"
            }))
        };
        let of_rescue = "local:iso/rescue.iso,media=cdrom,size=600M";
        let first = media.without_rescue(&config("order=sata5;scsi0", of_rescue), None);
        assert_eq!(first.set.get("boot").map(String::as_str), Some("order=scsi0"));
        assert_eq!(first.delete, [""; 0]);
        let then = media.without_rescue(&config("order=scsi0", of_rescue), None);
        assert_eq!(
            (then.set.len(), then.delete),
            (0, vec!["ide3".to_owned(), "sata5".to_owned()])
        );
        // that of today, of somebody who remembers none
        let unknown = Media::default();
        let cd = "local:iso/debian.iso,media=cdrom";
        assert!(
            unknown
                .without_rescue(&config("order=sata5;scsi0", cd), None)
                .is_empty()
        );
        let today = unknown.without_rescue(&config("order=scsi0", of_rescue), Some(volumes[0]));
        assert_eq!(today.delete, ["sata5"]);
    }
}
