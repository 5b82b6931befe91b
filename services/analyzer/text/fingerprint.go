package text

// Hashes is how many hashes a fingerprint has: the error of its likeness is about 1/sqrt(128), 9 points.
const Hashes = 128

// Fingerprint returns a MinHash over the pairs of neighbouring words. Of fewer than two words there is none.
func Fingerprint(words []string) []uint32 {
	if len(words) < 2 {
		return nil
	}
	print := make([]uint32, Hashes)
	for i := range print {
		print[i] = 1<<32 - 1
	}
	before := fnv(normal(words[0]))
	for _, w := range words[1:] {
		h := fnv(normal(w))
		pair := mix(before*31 + h)
		before = h
		for i := range print {
			if v := uint32((pair*permutations[i].by + permutations[i].plus) >> 32); v < print[i] {
				print[i] = v
			}
		}
	}
	return print
}

// permutations are the permutations: fixed, because fingerprints of different days are compared.
var permutations = func() (m [Hashes]struct{ by, plus uint64 }) {
	seed := uint64(0x9e3779b97f4a7c15)
	for i := range m {
		seed = mix(seed + 0x9e3779b97f4a7c15)
		m[i].by = seed | 1
		seed = mix(seed + 0x9e3779b97f4a7c15)
		m[i].plus = seed
	}
	return m
}()

// mix is the finalizer of SplitMix64.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// fnv is FNV-1a of 64 bits.
func fnv(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h ^= uint64(s[i])
		h *= 1099511628211
	}
	return h
}
