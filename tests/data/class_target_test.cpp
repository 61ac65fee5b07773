// Targets as classes, and columns kept beside a data set.
#include <batchgrad/dataset.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

template <class View>
Numbers numbers(const View& view) {
  return Numbers(view.begin(), view.end());
}

DatasetOptions target(const std::string& name) {
  DatasetOptions options;
  options.target = name;
  return options;
}

TEST(ClassTarget, IsNumberedInAscendingOrder) {
  Dataset<float> data({"x"}, {1, 2, 3, 4}, {10, -0.5, 9, 10});
  EXPECT_EQ(encode_class_target(data), (Texts{"-0.5", "9", "10"}));
  EXPECT_EQ(numbers(data.target()), (Numbers{2, 0, 1, 2}));
}

TEST(ClassTarget, MayBeText) {
  const TemporaryFile file("x,y\n1,red\n2,NA\n3,blue\n4,red\n5,green\nNA,violet\n");
  DatasetOptions options = target("y");
  options.read.categorical = {"y"};
  options.read.missing = Missing::drop;
  auto data = read_dataset<double>(file.path(), options);
  EXPECT_EQ(encode_class_target(data), (Texts{"blue", "green", "red"})) << "violet was dropped";
  EXPECT_EQ(numbers(data.target()), (Numbers{2, 0, 2, 1}));
}

TEST(ClassTarget, HasTwoToFourThousandValues) {
  const TemporaryFile file("x,y\n1,7\n2,7\n");
  auto one = read_dataset<double>(file.path(), target("y"));
  EXPECT_EQ(test::error_of(file, [&] { encode_class_target(one); }),
            "FILE:2: the target has 1 distinct value, '7' in all rows from here on (loss softmax "
            "tells at least two apart) choose another --target");
  Numbers many;
  for (int i = 0; i < 4097; ++i) many.push_back(0.5 * i);
  Dataset<double> all({"x"}, many, many);
  EXPECT_EQ(test::error_of(file, [&] { encode_class_target(all); }),
            "data set: the target has 4097 distinct values (loss softmax tells at most 4096 "
            "classes apart) choose another --target or --loss");
  EXPECT_EQ(numbers(all.target()), many) << "unchanged";
  many.pop_back();
  Dataset<double> fewer({"x"}, many, many);
  EXPECT_EQ(encode_class_target(fewer).size(), 4096U);
}

TEST(KeptColumns, AreTextOrWhatTheFeaturesAre) {
  const TemporaryFile file(
      "id,colour,a,b\nx1,red,1,9\n007,blue,2,8\n\"p,q\",red,NA,7\nx1,red,4,6\n");
  ColumnRules rules;
  rules.inputs = {{"a", {}}, {"colour", {"blue", "red"}}};
  const auto [data, kept] = read_dataset_keeping<double>(file.path(), rules, {"id", "a", "colour"},
                                                         {.missing = Missing::drop});
  EXPECT_EQ(data.feature_names(), (Texts{"a", "colour=red"}));
  EXPECT_EQ(data.count(), 3);
  EXPECT_EQ(kept.rows(), 3);
  EXPECT_EQ(kept.names(), (Texts{"id", "a", "colour"}));
  EXPECT_EQ(kept.columns()[0].levels, (Texts{"007", "x1"}));
  EXPECT_EQ(kept.column("id"), (Numbers{1, 0, 1}));
  EXPECT_FALSE(kept.columns()[1].is_categorical());
  EXPECT_EQ(kept.column("a"), (Numbers{1, 2, 4}));
  EXPECT_EQ(kept.column("colour"), (Numbers{1, 0, 1}));
  EXPECT_EQ(read_dataset<double>(file.path(), rules, {.missing = Missing::drop}).count(), 3);
}

}  // namespace
}  // namespace batchgrad
