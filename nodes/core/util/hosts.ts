/**
 * What counts as one's own network, where http may do: private and loopback addresses, names that are never public
 * (RFC 6761, 6762, 8375; `internal` by ICANN's resolution), and names without a dot, which are services of Docker and
 * Kubernetes or hosts of a search domain. Link-local addresses are not among them: what is there is metadata services.
 */
const PRIVATE_HOST =
	/^(?:localhost|[^.:]+|.+\.(?:localhost|local|internal|lan|home\.arpa)|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|\[f[cd][0-9a-f]{2}:.*\])$/i;

/** Amazon, Azure, Google and most others at 169.254.0.0/16 or under these names; Alibaba, Azure's host and Oracle have others. */
const METADATA_SERVICE =
	/^(?:169\.254(?:\.\d+){2}|100\.100\.100\.200|168\.63\.129\.16|192\.0\.0\.192|\[fe[89ab][0-9a-f]:.*\]|\[fd00:ec2::254\]|\[fd20:ce::254\]|\[(?:::ffff:|64:ff9b::)(?:a9fe:.*|6464:64c8|a83f:8110|c000:c0)\]|(?:.+\.)?metadata(?:\.google\.internal|\.goog|\.azure\.internal|\.tencentyun\.com)?|instance-data(?:\..+)?)$/i;

/** "This host" (RFC 1122), the shared address space of providers (RFC 6598) and the unspecified address. */
const UNROUTED_HOST =
	/^(?:0(?:\.\d+){3}|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d+){2}|\[::\])$/;

/** An IPv4 address inside of one of IPv6: mapped, compatible, NAT64, 6to4, Teredo. Filters that look for the one miss the other. */
const HIDDEN_IPV4 =
	/^\[(?:::ffff:.+|::[0-9a-f]{1,4}:[0-9a-f]{1,4}|64:ff9b:.*|2002:.*|2001::.*|2001:0:.*)\]$/i;

const withoutDot = (host: string): string => (host.endsWith('.') ? host.slice(0, -1) : host);

/** @param host as `URL` gives it */
export const isPrivateHost = (host: string): boolean => PRIVATE_HOST.test(host);

export const isMetadataService = (host: string): boolean => METADATA_SERVICE.test(withoutDot(host));

/** Whether a host is surely none of the internet, by its name or address alone. */
export const isInternalHost = (host: string): boolean =>
	PRIVATE_HOST.test(withoutDot(host)) || UNROUTED_HOST.test(host) || isMetadataService(host);

export const hidesIpv4 = (host: string): boolean => HIDDEN_IPV4.test(host);
