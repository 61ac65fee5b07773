// Files as they are found in the wild, beside the repository. Skipped where they are not.

#include <batchgrad/dataset.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

std::string error_of(const std::string& path, const ReadOptions& options = {}) {
  try {
    read_table(path, options);
  } catch (const Error& error) {
    return std::string(error.what()).substr(path.size());
  }
  return "no error";
}

TEST(SharedData, Housing) {
  BATCHGRAD_NEEDS_SHARED(path, "regression/housing.csv");
  EXPECT_EQ(error_of(path).substr(0, 43), ":2:60: 'NEAR BAY' in column 'ocean_proximit");
  ReadOptions options;
  options.categorical = {"ocean_proximity"};
  EXPECT_EQ(error_of(path, options).substr(0, 40), ":292:27: no value in column 'total_bedro");
  options.missing = Missing::drop;
  const Table table = read_table(path, options);
  EXPECT_EQ(table.rows(), 20433);
  EXPECT_EQ(table.dropped_rows(), 207);
  EXPECT_EQ(table(0, 0), -122.23);
  EXPECT_EQ(table(20432, 8), 89400);
  EXPECT_EQ(table.position(20432).line, 20641);
  EXPECT_EQ(table.columns()[9].levels.size(), 5U);
  EXPECT_EQ(table.columns()[9].levels.front(), "<1H OCEAN");
  DatasetOptions roles;
  roles.target = "median_house_value";
  roles.read = options;
  const auto data = read_dataset<float>(path, roles);
  EXPECT_EQ(data.feature_count(), 12);
  EXPECT_EQ(data.feature_names().back(), "ocean_proximity=NEAR OCEAN");
}

TEST(SharedData, Diamonds) {
  BATCHGRAD_NEEDS_SHARED(path, "regression/diamonds.csv");
  DatasetOptions options;
  options.target = "price";
  options.read.categorical = {"cut", "color", "clarity"};
  const auto data = read_dataset<double>(path, options);
  EXPECT_EQ(data.count(), 53940);
  EXPECT_EQ(data.feature_count(), 6 + 4 + 6 + 7);
  EXPECT_EQ(data.features()(53939, 0), 0.75);
  EXPECT_EQ(data.target()[53939], 2757);
}

TEST(SharedData, FlightsAndClaimsAreGzip) {
  BATCHGRAD_NEEDS_SHARED(flights, "regression/flights200k.csv.gz");
  EXPECT_EQ(read_table(flights).rows(), 200000);
  BATCHGRAD_NEEDS_SHARED(claims, "counts/beMTPL97.csv.gz");
  const Table table = read_table(claims, {}, {{"lat", "expo", "nclaims"}, {}});
  EXPECT_EQ(table.rows(), 163212);
  EXPECT_EQ(table(163211, 0), 51.1999748874976);
  EXPECT_EQ(table(163211, 2), 2);
  EXPECT_EQ(error_of(claims).substr(0, 41), ":2:43: 'TPL' in column 'coverage' is not ");
}

TEST(SharedData, SkinHasNoHeader) {
  BATCHGRAD_NEEDS_SHARED(path, "classification/skin.txt");
  EXPECT_EQ(error_of(path),
            ":1:1: the first line holds only numbers, as '81' (it should name the columns) use "
            "--header no if it is data");
  DatasetOptions options;
  options.target = "c4";
  options.read.header = Header::absent;
  auto data = read_dataset<double>(path, options);
  EXPECT_EQ(data.count(), 245057);
  EXPECT_EQ(encode_binary_target(data).positive, "2");
  double positives = 0;
  for (const double y : data.target()) positives += y;
  EXPECT_EQ(positives, 194198);
}

TEST(SharedData, OtherShapes) {
  BATCHGRAD_NEEDS_SHARED(digits, "classification/optdigits.csv");
  EXPECT_EQ(read_table(digits).rows(), 5620);
  EXPECT_EQ(read_table(digits).columns().size(), 65U);
  BATCHGRAD_NEEDS_SHARED(weights, "classification/lgb_binary.train.weight.tsv");
  ReadOptions headerless;
  headerless.header = Header::absent;
  EXPECT_EQ(read_table(weights, headerless).rows(), 7000);
  BATCHGRAD_NEEDS_SHARED(randhie, "counts/randhie.csv");
  EXPECT_EQ(read_table(randhie).rows(), 20190);
  EXPECT_EQ(read_table(randhie)(20189, 5), .1442925);
  BATCHGRAD_NEEDS_SHARED(engel, "regression/engel.csv");
  EXPECT_EQ(read_table(engel)(0, 1), 420.157650843928);
}

}  // namespace
}  // namespace batchgrad
