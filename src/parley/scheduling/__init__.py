"""Time that can be booked: resources, hours, availability, holds and bookings. One core for appointments and care."""
