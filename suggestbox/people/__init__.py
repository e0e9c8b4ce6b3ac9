"""Sites, departments, people, dated memberships, roles, absences, deputies, sign-in, working days."""
