// Package pgtest gives tests a real PostgreSQL. All of it carries the build tag integration.
package pgtest
