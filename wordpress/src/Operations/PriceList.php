<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * List prices of a provider of S3, in US dollars: for an estimate, without free allowances, discounts and transfer.
 */
final class PriceList
{
    private const BYTES_PER_GB = 1_000_000_000;

    /** Prices for 1,000 requests of each kind, and for a GB in a month. */
    private const LISTS = [
        'aws' => [
            'name' => 'Amazon S3 Standard, us-east-1',
            'date' => '2026-11',
            'read' => 0.0004,
            'write' => 0.005,
            'list' => 0.005,
            'delete' => 0.0,
            'storage' => 0.023,
        ],
        'r2' => [
            'name' => 'Cloudflare R2 Standard',
            'date' => '2026-11',
            'read' => 0.00036,
            'write' => 0.0045,
            'list' => 0.0045,
            'delete' => 0.0,
            'storage' => 0.015,
        ],
    ];

    /** @param array<string, string|float> $prices */
    private function __construct(
        public readonly string $name,
        public readonly string $date,
        private readonly array $prices,
    ) {
    }

    /** Prices of the provider; null where it has no list, such as a server of one's own. */
    public static function of(string $provider): ?self
    {
        /**
         * Filters the prices by which requests and storage are estimated.
         *
         * @param ?array<string, string|float> $prices   name and date of the list; prices in US dollars: read, write,
         *                                               list and delete for 1,000 requests, storage for a GB in a month
         * @param string                       $provider as in aloft.toml
         */
        $prices = apply_filters('aloft_s3_prices', self::LISTS[$provider] ?? null, $provider);
        return is_array($prices)
            ? new self((string) ($prices['name'] ?? $provider), (string) ($prices['date'] ?? ''), $prices)
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
