from tests.pcscd_fixture import pcsc_bench, pcsc_programs, pcsc_slot, pcsc_slots

__all__ = ["pcsc_bench", "pcsc_programs", "pcsc_slot", "pcsc_slots"]
