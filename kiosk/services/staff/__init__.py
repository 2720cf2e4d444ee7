"""What stands behind the staff pages; `kiosk.services.staff_desk` joins it."""
