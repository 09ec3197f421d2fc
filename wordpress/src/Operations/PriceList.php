<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * List prices of a provider of S3, in US dollars: for an estimate, without free allowances, discounts and transfer.
 */
final class PriceList
{
    private const BYTES_PER_GB = 1_000_000_000;

    /** @param array<string, string|float> $prices */
    private function __construct(
        public readonly string $name,
        public readonly string $date,
        private readonly array $prices,
    ) {
    }

    /** Prices of the provider; null where there is no list, such as for a server of one's own. */
    public static function of(RequestFigures $figures): ?self
    {
        /**
         * Filters the prices by which requests and storage are estimated.
         *
         * @param ?array<string, string|float> $prices   name and date of the list; prices in US dollars: read, write,
         *                                               list and delete for 1,000 requests, storage for a GB in a month
         * @param string                       $provider as in aloft.toml
         */
        $prices = apply_filters('aloft_s3_prices', $figures->prices, $figures->provider);
        return is_array($prices)
            ? new self((string) ($prices['name'] ?? $figures->provider), (string) ($prices['date'] ?? ''), $prices)
            : null;
    }

    public function requests(string $kind, int $count): float
    {
        return $count / 1000 * (float) ($this->prices[$kind] ?? 0);
    }

    public function month(int $bytes): float
    {
        return $bytes / self::BYTES_PER_GB * (float) ($this->prices['storage'] ?? 0);
    }
}
